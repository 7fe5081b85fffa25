"""A file is sealed while it comes in; what is not kept leaves nothing behind."""

import hashlib
import io

import pytest

from portal.accesslog.models import Entry
from portal.cases.models import Case
from portal.documents.rules import FileRefused, media_type_of, name_for_people
from portal.documents.service import open_document
from portal.extensions import db
from tests.support.files import make_jpeg, make_pdf, make_png
from tests.support.visitor import Visitor

PLANTED = "plantedgenome"


@pytest.fixture
def visitor(app) -> Visitor:
    """A family with an open case."""
    return Visitor(app).begin()


def objects(app) -> list[bytes]:
    folder = app.config["PORTAL_SETTINGS"].objects_folder
    return [path.read_bytes() for path in folder.glob("*/*")]


def clear(app, document_id: str) -> bytes:
    here = app.extensions["portal"]
    with app.app_context():
        _listed, pieces = open_document(db.session(), here.keyring, here.store, document_id)
        return b"".join(pieces)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("تقرير.pdf", make_pdf(), "application/pdf"),
        ("photo.jpeg", make_jpeg(), "image/jpeg"),
        ("scan.PNG", make_png(), "image/png"),
    ],
    ids=["pdf", "jpeg", "png"],  # no bytes in a name: those of a PDF change with the second in which it is made
)
def test_a_file_is_kept_with_its_digest_and_opens_again(app, visitor, name, data, media_type):
    visitor.upload(name, data)
    (listed,) = visitor.documents()
    assert (listed.media_type, listed.size, listed.sha256) == (media_type, len(data), hashlib.sha256(data).hexdigest())
    assert clear(app, listed.id) == data


def test_no_clear_byte_is_on_the_disk(app, visitor):
    visitor.upload(f"{PLANTED}.pdf", make_pdf(PLANTED, pages=400))
    assert [sealed for sealed in objects(app) if PLANTED.encode() in sealed] == []


@pytest.mark.parametrize(
    "data", [b"<html>%PDF-1.7", b"MZ\x90\x00", b"PK\x03\x04", b"GIF89a%PDF-", b"\xef\xbb\xbf%PDF-1.7", b"x"], ids=str
)
def test_what_only_looks_like_a_document_is_refused(data):
    with pytest.raises(FileRefused, match="wrong_type"):
        media_type_of(data)


@pytest.mark.parametrize("data", [b"MZ" * 900, b""], ids=["program", "empty"])
def test_a_refused_file_leaves_nothing(app, visitor, data):
    answer = visitor.upload("report.pdf", data)
    assert (answer.status_code, objects(app), visitor.documents()) == (200, [], [])


def test_no_file_chosen_is_said_kindly(visitor):
    page = visitor.page(visitor.upload("", b""))
    assert list(page.errors) == ["file"]


def test_the_same_file_twice_is_one_document(app, visitor):
    file = make_pdf()  # made once, for each carries its time
    visitor.upload("a.pdf", file)
    visitor.upload("a.pdf", file)
    assert (len(visitor.documents()), len(objects(app))) == (1, 1)


def test_a_stranger_sends_into_nothing(app):
    stranger = Visitor(app)
    stranger.open("/en/start/who")
    stranger.upload("a.pdf", make_pdf())
    assert objects(app) == []


def test_a_body_cut_short_leaves_nothing(app, visitor):
    visitor.upload("a.pdf", make_pdf(pages=50), cut=2000)
    assert (objects(app), visitor.documents()) == ([], [])


def test_a_file_without_a_kind_is_kept_as_something_else(visitor):
    visitor.upload("a.pdf", make_pdf(), kind="")
    assert [one.kind for one in visitor.documents()] == ["other"]


def test_a_removed_file_is_destroyed_by_the_worker(app, visitor):
    visitor.upload("a.pdf", make_pdf())
    visitor.post(f"/en/case/documents/{visitor.documents()[0].id}/remove")
    visitor.work()
    assert (visitor.documents(), objects(app)) == ([], [])


def test_what_comes_and_goes_is_logged_with_who_did_it_under_the_pseudonym(app, visitor):
    visitor.upload("a.pdf", make_pdf())
    document_id = visitor.documents()[0].id
    visitor.post(f"/en/case/documents/{document_id}/remove")
    with app.app_context():
        case = db.session.get(Case, visitor.case_id())
        own = (f"family:{case.respondents[0].id}", case.pseudonym, document_id)
        told = db.session.scalars(db.select(Entry).where(Entry.object_id == document_id).order_by(Entry.seq))
        found = [(one.action, one.actor, one.pseudonym, one.object_id) for one in told]
    assert found == [("document.added", *own), ("document.removed", *own)]


def test_a_form_elsewhere_takes_no_file(app, visitor):
    visitor.client.post("/en/resume", data={"csrf_token": visitor.token(), "file": (io.BytesIO(make_pdf()), "a.pdf")})
    assert objects(app) == []


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("تقرير.pdf", "تقرير.pdf"),
        ("C:\\Users\\x\\rapport.pdf", "rapport.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("evil\u202efdp.exe", "evil fdp.pdf"),
        ("", "file.pdf"),
        ("photo.jpg", "photo.pdf"),
        ("a" * 500 + ".pdf", "a" * 120 + ".pdf"),
        ("Ergebnis 12.03.2024", "Ergebnis 12.03.pdf"),
    ],
)
def test_a_name_is_cleaned_for_people(given, kept):
    assert name_for_people(given, "application/pdf") == kept
