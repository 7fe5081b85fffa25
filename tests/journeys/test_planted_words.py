"""Words planted in four scripts in every field, name and file are found in no file, row, log or temporary folder."""

import os
from datetime import date
from pathlib import Path

import pytest

from portal.intake.questionnaire.path import find_path
from portal.intake.questionnaire.store import current
from tests.support.files import make_pdf
from tests.support.inbox import wait_for_letter
from tests.support.journey import Journey
from tests.support.planted import Planted, report
from tests.support.postgres import Postgres
from tests.support.serving import Portal, start_portal
from tests.support.walking import Family

pytestmark = pytest.mark.xdist_group("planted-words")  # one walk for all
NAME, FREE, ARABIC, CYRILLIC = "Plantedname", "plantedreport", "كلمةمزروعة", "ПосаджениСлова"
DEVANAGARI = "बोयाहुआशब्द"
EVERY_SCRIPT = f"{FREE} {ARABIC} {CYRILLIC} {DEVANAGARI}"
ADDRESS, PHONE, FILE = "planted.parent@family.example", "+33 1 40 20 51 37", "plantedfile"
WRITTEN = {"text", "textarea"}
WORDS = (NAME, FREE, ARABIC, CYRILLIC, DEVANAGARI, ADDRESS, "140205137", FILE, "plantedgenome")


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.exhaustive)])
def walked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """A portal with a temporary folder of its own, after a whole walk, still running."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
    folder = tmp_path_factory.mktemp("planted")
    temporary = folder / "temporary"
    temporary.mkdir()
    settings = {"sqlalchemy_database_uri": url} if url else {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(temporary))
        portal = start_portal(folder / "served", **settings)
    file = folder / f"{FILE}.pdf"
    file.write_bytes(make_pdf("plantedgenome", pages=900))
    _walk(portal, file)
    yield portal, temporary, url
    portal.stop()


# Answers that bring every field for words onto some page: no family sees all of them at once.
OPENINGS: list[dict[str, dict[str, str | list[str]]]] = [
    {
        "diagnosis": {"dx_type": "other"},
        "genetics": {"gen_report_status": "have_it", "gen_gene": "other"},
        "arms": {},
        "treatments": {"steroids": "currently", "steroid_which": "other", "prior_cell": "yes"},
        "safety": {},
        "wishes": {},
    },
    {"diagnosis": {"dx_type": "lgmd"}, "genetics": {"gen_report_status": "have_it", "gen_gene": "DYSF"}},
    {"diagnosis": {"dx_type": "cmd", "cmd_subtype": "other"}},
    {"diagnosis": {"dx_type": "fshd"}, "genetics": {}},
    {"diagnosis": {"dx_type": "dm1"}, "genetics": {}},
    {"diagnosis": {"dx_type": "dmd"}, "treatments": {"dmt": ["other"]}},
]
CHANGED = ("diagnosis", "walking", "breathing", "treatments", "safety")  # after sending, so that it is noted


def _plant(walk: Journey, section: str, values: dict[str, str | list[str]]) -> None:
    """Open what these answers open, then write the planted words into every field for words that the page has."""
    for _ in range(3):  # what is written may bring one more question
        walk._open(f"case/section/{section}")
        form = walk.family.page.form()
        words = {name: EVERY_SCRIPT for name, one in form.controls.items() if one.kind in WRITTEN}
        numbers = {name for name in words if _is_number(name)}
        offered = {name: value for name, value in values.items() if name in form.controls}
        walk._submit({**{name: said for name, said in words.items() if name not in numbers}, **offered})


def _misplace(walk: Journey, section: str) -> bool:
    """Write the planted words where numbers and dates belong as well, in a second row of each list too.

    Whether something was not understood: it is kept as it was typed.
    """
    walk._open(f"case/section/{section}")
    for more in [one.value for one in walk.family.page.form().buttons if one.name == "_add"]:
        walk.family.submit(button=f"_add={more}")
    form = walk.family.page.form()
    told = {name: f"{EVERY_SCRIPT} {FREE}" for name, one in form.controls.items() if one.kind in WRITTEN}
    walk.family.submit(told)
    return bool(walk.family.page.errors)


def _is_number(name: str) -> bool:
    """Dates, ages and measurements take no words; what is typed into them is kept sealed like all else."""
    code, _, part = name.partition(".")
    question = current().questions[code]
    inner = {one.code: one for one in question.parts}.get(part.rpartition(".")[2])
    return part in {"date", "unit"} or (inner or question).type not in {"text", "long_text", "choice_text"}


def test_the_walk_reaches_every_field_for_words():
    asked = {code for code, one in current().questions.items() if one.type in {"text", "long_text", "choice_text"}}
    reached = set()
    for opening in OPENINGS:
        said = {code: {"value": value} for values in opening.values() for code, value in values.items()}
        more = {code: {"value": "x"} for code in asked if code not in said}
        reached |= set(find_path(current(), {**more, **said}, date(2027, 3, 1)).on)
    assert asked - reached == set()


def _walk(portal: Portal, file: Path) -> None:
    walk = Journey(Family(portal.base_url, "en"), "en", ADDRESS)
    walk.begin()
    walk.answer("person", given_name=NAME)
    for opening in OPENINGS:
        for section, values in opening.items():
            _plant(walk, section, values)
    walk.add("genetic_report", file)
    walk._open("case/book")
    walk._submit({"slot": walk.family.page.form().controls["slot"].offered[0]})
    walk._submit({"channel": "phone", "phone": PHONE})
    walk.send()
    assert [_misplace(walk, section) for section in CHANGED].count(True) >= 3
    wait_for_letter(portal.instance, "intake.received", ADDRESS)


def test_no_planted_word_is_left_in_clear(walked):
    portal, temporary, url = walked
    planted = Planted(*WORDS)
    # The demo's mailbox is the other side of the mail server: there the family's own address belongs.
    folders = [path for path in portal.instance.iterdir() if path.is_dir() and path.name != "demo-mail"]
    files = [path for path in portal.instance.iterdir() if path.is_file()]
    found = planted.in_folders(temporary, *folders)
    found += [finding for path in [*files, portal.log] for finding in planted.in_file(path)]
    found += planted.in_database(url or f"sqlite:///{portal.instance}/portal.db")
    assert found == [], report(found)


def test_no_letter_says_more_than_it_may(walked):
    portal, _temporary, _url = walked
    planted = Planted(*(word for word in WORDS if word != ADDRESS))
    found = planted.in_folders(portal.instance / "demo-mail")
    assert found == [], report(found)


def test_the_search_would_have_found_them(tmp_path):
    (tmp_path / "left").write_bytes(os.urandom(100) + CYRILLIC.encode())
    assert len(Planted(*WORDS).in_folders(tmp_path)) >= 1
