"""A whole application with `PORTAL_ROLE=public`: families are served, and no document and no page of the desk opens."""

import io
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.documents.service import open_document
from portal.extensions import db
from portal.keys.keyring import NoDocumentIdentity
from portal.web.routes import describe
from tests.access.scene import Browser, Stage
from tests.access.who_may import OPENS, ROLES, TABLE, verdict
from tests.support.files import make_pdf

DOCUMENTS = ["document A", "spare document A", "document B", "spare document B"]
PDF = b"%PDF"


@pytest.fixture(params=["without the key on its host", "with the key on its host"])
def public(request: pytest.FixtureRequest, fresh: Stage) -> Flask:
    """A public process on the instance in which everybody has come already."""
    if request.param.startswith("without"):
        (fresh.instance / "keys" / "documents").unlink()
    return fresh.worker(role="public")


def answers(stage: Stage, app: Flask, role: str) -> Iterator[tuple[str, str, bytes]]:
    """What a role gets of every line of the table: the path, the verdict and the body."""
    for line in TABLE:
        answer = stage.browser(role, app).ask(line.method, line.address(stage.names), **line.said(stage.names))
        yield line.path, verdict(answer), answer.data


def upload(browser: Browser, data: bytes) -> str:
    """Send a file as a family does; where it was led to."""
    fields = {"csrf_token": browser.token(), "kind": "other", "file": (io.BytesIO(data), "new.pdf")}
    return browser.client.post("/en/case/documents", data=fields, content_type="multipart/form-data").location


def test_a_family_reads_its_case_and_adds_a_document(fresh, public):
    family = fresh.browser("family B", public)
    before = len(fresh.stored()["objects"])
    led = upload(family, make_pdf("new"))
    assert (verdict(family.open("/case")), led) == (OPENS, "/en/case/documents?done=added")
    assert len(fresh.stored()["objects"]) == before + 1


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_document_is_opened_even_from_within(fresh, public, name):
    here = public.extensions["portal"]
    with public.app_context(), pytest.raises(NoDocumentIdentity):
        open_document(db.session(), here.keyring, here.store, fresh.names[name])


def test_a_full_process_opens_them(fresh):
    here = fresh.app.extensions["portal"]
    with fresh.app.app_context():
        opened = [open_document(db.session(), here.keyring, here.store, fresh.names[one])[1] for one in DOCUMENTS]
        assert [b"".join(pieces)[:4] for pieces in opened] == [PDF] * len(DOCUMENTS)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_of_the_desk_is_there_and_no_answer_holds_a_document(fresh, public, role):
    its_own = {route["path"] for route in describe(public)}
    found = list(answers(fresh, public, role))
    assert [one[:2] for one in found if one[0] not in its_own and one[1] != "not there"] == []
    assert [path for path, _verdict, body in found if PDF in body] == []
    assert [path for path in its_own if path.startswith("/<lang>/desk")] == []


def test_the_same_walk_finds_documents_in_a_full_process(fresh):
    assert [path for path, _verdict, body in answers(fresh, fresh.app, "lead") if PDF in body] != []
