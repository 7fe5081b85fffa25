"""Words planted in four scripts in every field, name and file are found in no file, row, log or temporary folder."""

import os
from pathlib import Path

import pytest

from tests.support.files import make_pdf
from tests.support.inbox import wait_for_letter
from tests.support.journey import Journey
from tests.support.planted import Planted, report
from tests.support.postgres import Postgres
from tests.support.serving import Portal
from tests.support.walking import Family

NAME, FREE, ARABIC, CYRILLIC = "Plantedname", "plantedreport", "كلمةمزروعة", "ПосаджениСлова"
ADDRESS, PHONE, FILE = "planted.parent@family.example", "+33 1 40 20 51 37", "plantedfile"
WORDS = (NAME, FREE, ARABIC, CYRILLIC, ADDRESS, "140205137", FILE, "plantedgenome")


@pytest.fixture(params=["sqlite", "postgresql"])
def walked(request: pytest.FixtureRequest, serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A portal with a temporary folder of its own, after a whole walk, still running."""
    url = ""
    if request.param == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.create()
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    settings = {"sqlalchemy_database_uri": url} if url else {}
    portal: Portal = serve(**settings)
    file = tmp_path / f"{FILE}.pdf"
    file.write_bytes(make_pdf("plantedgenome", pages=900))
    _walk(portal, file)
    return portal, temporary, url


def _walk(portal: Portal, file: Path) -> None:
    walk = Journey(Family(portal.base_url, "en"), "en", ADDRESS)
    walk.begin()
    walk.answer("person", given_name=NAME)
    walk.answer("diagnosis", dx_type="other")
    walk.answer("diagnosis", dx_type="other", dx_other=f"{FREE} {ARABIC} {CYRILLIC}")
    walk.answer("genetics")
    walk.answer("walking")
    walk.add("genetic_report", file)
    walk._open("case/book")
    walk._submit({"slot": walk.family.page.form().controls["slot"].offered[0]})
    walk._submit({"channel": "phone", "phone": PHONE})
    walk.send()
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
