"""A portal whose questionnaire is the synthetic one, and a family in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.intake.questionnaire import store
from tests.intake import synthetic
from tests.support.application import Clock
from tests.support.visitor import Visitor

PERSON = {"given_name": "Deniz", "birth_ym": "04/2017", "country": "FR", "timezone": "Europe/Paris"}


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of questionnaires: the real ones, and the synthetic one for new cases."""
    folder = tmp_path / "questionnaires"
    shutil.copytree(store.DATA, folder)
    synthetic.install(folder)
    monkeypatch.setattr(store, "DATA", folder)
    synthetic.forget()
    yield folder
    synthetic.forget()


@pytest.fixture
def visitor(data: Path, app, clock: Clock) -> Visitor:
    """A family that has said who it is about."""
    family = Visitor(app).begin()
    family.post("/case/section/person", **PERSON)
    return family
