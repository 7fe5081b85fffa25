"""What families have answered is not changed afterwards: another meaning is another version."""

from hashlib import sha256

import pytest

from portal.i18n import LANGUAGES
from portal.intake.questionnaire import store

# A new version puts the one before it here. Words are mended as well only where the meaning stays, and by hand here.
FROZEN = {"intake-1": "2b89d732bc09b4b434eb2a5f9fb06c59f023818f7819f861d2828c5437d42e6e"}


# The lines of the scales, also of the version of today: a changed line is another version.
LINES = {
    ("intake-1", "vignos", "en"): "78442cabac82ea80",
    ("intake-1", "vignos", "fr"): "09e2bb94b2bfccaf",
    ("intake-1", "vignos", "tr"): "c6ec9ab58a116582",
    ("intake-1", "vignos", "ar"): "2cfaec7283d89cbb",
    ("intake-2", "vignos", "en"): "78442cabac82ea80",
    ("intake-2", "vignos", "fr"): "09e2bb94b2bfccaf",
    ("intake-2", "vignos", "tr"): "c6ec9ab58a116582",
    ("intake-2", "vignos", "ar"): "2cfaec7283d89cbb",
    ("intake-2", "brooke", "en"): "8e2209f2b2a146bb",
    ("intake-2", "brooke", "fr"): "7bdcbd336192e4b3",
    ("intake-2", "brooke", "tr"): "7ba544a2193493bf",
    ("intake-2", "brooke", "ar"): "ed2bcb182e7f9ad9",
}


def digest(version: str) -> str:
    """Of a version's definition, which says what its answers mean."""
    return sha256((store.DATA / version / "definition.json").read_bytes()).hexdigest()


@pytest.mark.parametrize("version", FROZEN)
def test_a_version_of_before_stays_as_it_was(version):
    assert digest(version) == FROZEN[version]


def test_every_version_but_the_current_one_is_frozen():
    kept = {place.name for place in store.DATA.iterdir() if place.is_dir()}
    assert kept - {store.current().id} == set(FROZEN)


def lines(version: str, scale: str, language: str) -> str:
    """Of the lines of a scale as a version says them in a language: a grade means the line that was chosen."""
    said = store.words(version, language).questions[scale]
    order = store.load(version).questions[scale].options
    words = "\n".join([said.label, said.you, *(f"{grade}={said.options[grade]}" for grade in order)])
    return sha256(words.encode()).hexdigest()[:16]


VERSIONS = sorted(place.name for place in store.DATA.iterdir() if place.is_dir())
SCALES = [
    (version, scale, one.code)
    for version in VERSIONS
    for scale in ("vignos", "brooke")
    if scale in store.load(version).questions
    for one in LANGUAGES
]


@pytest.mark.parametrize(("version", "scale", "language"), SCALES)
def test_the_lines_of_a_scale_stay_as_they_were_in_each_version(version, scale, language):
    assert lines(version, scale, language) == LINES.get((version, scale, language)), "changed lines are a new version"


def test_no_line_is_frozen_that_is_not_there():
    assert set(LINES) == set(SCALES)
