"""Hostile files: what is no document leaves nothing, what is one gets a harmless name, and no disk is touched."""

import hashlib
import re
import tempfile
import unicodedata
from urllib.parse import unquote

import pytest
from werkzeug.test import TestResponse

from portal.documents.rules import LONGEST_NAME, MOST_BYTES, MOST_FILES
from portal.documents.service import Listed
from portal.web.uploads import Acceptance
from tests.hostile.attacker import BOUNDARY, MULTIPART, Attacker, Part, faults, multipart
from tests.hostile.clinic import Clinic
from tests.hostile.forms import Form, concrete, forms
from tests.hostile.values import FILE_NAMES
from tests.support.files import make_jpeg, make_pdf, make_png
from tests.support.visitor import Visitor

PDF, JPEG, PNG = make_pdf("inside"), make_jpeg(), make_png()
DOCUMENTS = "/en/case/documents"
NO_DOCUMENTS = {
    "nothing": b"",
    "one byte": b"%",
    "zeros": b"\0" * 3_000,
    "words": b"Genetic report\n" * 100,
    "a page before a PDF": b"<html><script>alert(1)</script>" + PDF,
    "a picture's mark before a PDF": b"GIF89a" + PDF,
    "a line before a PDF": b"\n" + PDF,
    "a byte order mark before a PDF": b"\xef\xbb\xbf" + PDF,
    "a program": b"MZ\x90\x00" + b"\0" * 2_000,
    "a program of Linux": b"\x7fELF" + b"\0" * 2_000,
    "a script": b"#!/bin/sh\nid\n",
    "an archive": b"PK\x03\x04" + b"\0" * 100 + PDF,
    "a drawing with a script": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "a drawing that reads files": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    "PostScript": b"%!PS-Adobe-3.0\n(/etc/passwd) (r) file\n",
    "the mark alone, in small letters": b"%pdf-1.7\n",
    "half of a mark": b"\x89PN",
}
ODD_DOCUMENTS = {
    "half a PDF": (PDF[: len(PDF) // 2], "pdf"),
    "the head of a PDF": (b"%PDF-1.7", "pdf"),
    "half a photo": (JPEG[: len(JPEG) // 2], "jpg"),
    "half a picture": (PNG[: len(PNG) // 2], "png"),
    "a PDF with an archive behind": (PDF + b"PK\x03\x04" + b"\0" * 100, "pdf"),
    "a PDF with a script behind": (b"%PDF-1.7\n<script>alert(1)</script>", "pdf"),
    "a photo with a page behind": (JPEG + b"<html><script>alert(1)</script>", "jpg"),
}
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@pytest.fixture
def family(clinic: Clinic) -> Visitor:
    """A family with an open case and no document yet."""
    return clinic.newcomer()


@pytest.fixture
def sender(family: Visitor) -> Attacker:
    return Attacker.like(family)


@pytest.fixture
def no_temporary_files(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Whoever opens a temporary file fails."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "there-is-no-such-folder"))


@pytest.fixture
def ten_kilobytes(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> int:
    """Files may be so large, for this test."""
    view = clinic.app.view_functions["documents.add"]
    monkeypatch.setattr(view, "portal_accepts", Acceptance(10_000, view.portal_accepts.place))
    return 10_000


@pytest.fixture
def download(clinic: Clinic, family: Visitor):
    """Opens the family's only document at the desk."""

    def fetch() -> TestResponse:
        (listed,) = clinic.documents(family)
        return at_the_desk(clinic, family, listed)

    return fetch


@pytest.fixture(scope="module")
def called(clinic: Clinic) -> list[Visitor]:
    """Families who share the names among them: there is room for so many files in a case, and no more."""
    return [clinic.newcomer() for _ in range(0, len(FILE_NAMES), MOST_FILES)]


@pytest.fixture(scope="module")
def named(clinic: Clinic, called: list[Visitor]) -> list[tuple[str, str, str]]:
    """Each name as it was given, as it is kept, and as it goes out to the desk."""
    found = []
    for visitor, first in zip(called, range(0, len(FILE_NAMES), MOST_FILES), strict=True):
        files = {name: PDF + b"%" + name.encode() for name in FILE_NAMES[first : first + MOST_FILES]}
        for name, data in files.items():
            upload(Attacker.like(visitor), data, name)
        listed = {one.sha256: one for one in clinic.documents(visitor)}
        for name, data in files.items():
            one = listed[hashlib.sha256(data).hexdigest()]
            found.append((name, one.name, at_the_desk(clinic, visitor, one).headers["Content-Disposition"]))
    return found


def harmless(name: str) -> bool:
    """Whether a name has nothing unseen, no path, a length that people read, and the ending of its type."""
    odd = [mark for mark in name if unicodedata.category(mark) in UNSEEN or mark in '/\\:*?"<>|']
    return not odd and name.endswith(".pdf") and 5 <= len(name) <= LONGEST_NAME + 4


def at_the_desk(clinic: Clinic, visitor: Visitor, listed: Listed) -> TestResponse:
    path = f"/en/desk/cases/{clinic.reference_of(visitor)}/documents/{listed.id}"
    return clinic.office.client.get(path, buffered=True)


def upload(sender: Attacker, data: bytes, name: str | bytes = "report.pdf") -> TestResponse:
    return sender.post_parts(DOCUMENTS, [("kind", "letter")], [Part("file", data, name)])


@pytest.mark.parametrize("what", NO_DOCUMENTS)
def test_what_is_no_document_is_refused_and_leaves_nothing(clinic, family, sender, no_temporary_files, what: str):
    before = clinic.objects()
    page = family.page(upload(sender, NO_DOCUMENTS[what]))
    assert (list(page.errors), clinic.documents(family), clinic.objects()) == (["file"], [], before)


@pytest.mark.parametrize("what", ODD_DOCUMENTS)
@pytest.mark.parametrize("name", ["page.html", "x.exe"])
def test_a_document_is_what_its_first_bytes_say_whatever_it_is_called(clinic, family, sender, what: str, name: str):
    data, ending = ODD_DOCUMENTS[what]
    upload(sender, data, name)
    assert [listed.name.rpartition(".")[2] for listed in clinic.documents(family)] == [ending]


@pytest.mark.parametrize("what", ODD_DOCUMENTS)
def test_a_document_is_a_download_of_its_checked_type(sender, download, what: str):
    data, ending = ODD_DOCUMENTS[what]
    upload(sender, data, "page.html")
    answer, mime = download(), {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}[ending]
    said = (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"], answer.data == data)
    assert (said, answer.headers["Content-Disposition"].partition(";")[0]) == ((mime, "nosniff", True), "attachment")


def test_a_name_is_made_harmless(named):
    assert [(name, kept) for name, kept, _said in named if not harmless(kept)] == []


def test_a_name_goes_out_in_one_line_and_comes_back_the_same(named):
    said = {kept: re.fullmatch(r"attachment; filename\*=UTF-8''([!-~]+)", line) for _name, kept, line in named}
    assert [kept for kept, found in said.items() if not found or unquote(found[1]) != kept] == []


@pytest.mark.parametrize("path", [DOCUMENTS, "/en/case/check", "/en/case"])
def test_a_page_with_names_on_it_is_whole(named, called, path: str):
    assert [fault for visitor in called for fault in faults(visitor.open(path), "en")] == []


def test_the_desk_shows_names_on_a_whole_page(clinic, named, called):
    paths = [f"/en/desk/cases/{clinic.reference_of(visitor)}" for visitor in called]
    assert [fault for path in paths for fault in faults(clinic.office.client.get(path), "en")] == []


@pytest.mark.parametrize("name", [b"\xff\xfe.pdf", b"caf\xc3.pdf"])
def test_a_name_that_is_no_text_is_a_page_and_leaves_nothing(clinic, family, sender, name: bytes):
    answer = upload(sender, PDF, name)
    assert (answer.status_code < 500, list(faults(answer, "en")), clinic.documents(family)) == (True, [], [])


@pytest.mark.parametrize("head", [b'name="file"', b'name="file"; filename=""'])
def test_a_file_without_a_name_is_no_file(clinic, family, sender, head: bytes):
    part = Part("file", PDF, head=b"Content-Disposition: form-data; " + head)
    page = family.page(sender.post_parts(DOCUMENTS, files=[part]))
    assert (list(page.errors), clinic.documents(family)) == (["file"], [])


def test_a_break_of_line_within_a_header_makes_no_header_of_ours(clinic, family, sender):
    head = b'Content-Disposition: form-data; name="file"; filename="x\r\nX-Evil: 1.pdf"'
    answer = sender.post_parts(DOCUMENTS, files=[Part("file", PDF, head=head)])
    assert ("X-Evil" in answer.headers, answer.status_code < 500) == (False, True)


@pytest.mark.parametrize(
    "names",
    [("file", "file"), ("file", "other"), ("other", "file"), ("other", "other"), ("other",), ("kind",)],
    ids=str,
)
def test_of_several_files_at_most_one_is_kept(clinic, family, sender, names: tuple[str, ...]):
    before = len(clinic.objects())
    files = [Part(name, make_pdf(f"number {number}"), "a.pdf") for number, name in enumerate(names)]
    answer = sender.post_parts(DOCUMENTS, files=files)
    kept = len(clinic.documents(family))
    assert (answer.status_code < 500, kept <= 1, len(clinic.objects()) - before) == (True, True, kept)


def test_text_in_place_of_the_file_beside_a_file_elsewhere_is_no_fault_of_ours(clinic, family, sender):
    answer = sender.post_parts(DOCUMENTS, [("file", "words")], [Part("other", PDF, "a.pdf")])
    assert (list(faults(answer, "en")), len(clinic.documents(family))) == ([], 0)


@pytest.mark.parametrize("form", [one for one in forms() if one.endpoint != "documents.add"], ids=str)
def test_a_form_that_takes_no_file_keeps_none(clinic: Clinic, readers, no_temporary_files, form: Form):
    reader, before = readers[form.audience[0]], clinic.objects()
    large = PDF + b"\0" * 600_000  # more than a library keeps in memory
    names = ["file", *form.fields][:40]
    answer = reader.post_parts(
        concrete(clinic, form.path), files=[Part(name, large[:9_000], "a.pdf") for name in names]
    )
    reader.post_parts(concrete(clinic, form.path), files=[Part("file", large, "a.pdf")])
    assert clinic.objects() == before, answer


def test_a_file_of_the_greatest_size_is_kept_and_no_temporary_file_is_made(
    clinic, family, sender, no_temporary_files, ten_kilobytes: int
):
    upload(sender, PDF.ljust(ten_kilobytes, b"\0"))
    assert [listed.size for listed in clinic.documents(family)] == [ten_kilobytes]


@pytest.mark.parametrize("more", [1, 2_000, 900_000])
def test_a_file_that_is_too_large_is_said_kindly_and_leaves_nothing(
    clinic, family, sender, ten_kilobytes: int, more: int
):
    before = clinic.objects()
    page = family.page(upload(sender, PDF.ljust(ten_kilobytes + more, b"\0")))
    assert (list(page.errors), clinic.documents(family), clinic.objects()) == (["file"], [], before)


def test_a_body_beyond_all_bounds_is_a_page_and_leaves_nothing(clinic, family, sender, ten_kilobytes: int):
    before = clinic.objects()
    answer = upload(sender, PDF.ljust(3_000_000, b"\0"))
    assert (answer.status_code, list(faults(answer, "en")), clinic.objects()) == (413, [], before)


@pytest.mark.exhaustive
def test_one_byte_more_than_fifty_megabytes_is_too_large(clinic, family, sender, no_temporary_files):
    before = clinic.objects()
    page = family.page(upload(sender, PDF.ljust(MOST_BYTES + 1, b"\0")))
    assert (list(page.errors), clinic.documents(family), clinic.objects()) == (["file"], [], before)


@pytest.mark.parametrize("kept", [0, 1, 60, 150, 200, 300, 1_000, -1, -20, -45])
def test_a_body_that_ends_too_early_leaves_nothing(clinic, family, sender, kept: int):
    before = clinic.objects()
    body = multipart([Part("csrf_token", sender.token), Part("kind", "letter"), Part("file", PDF, "a.pdf")])
    kind, said = f"{MULTIPART}; boundary={BOUNDARY}", {"CONTENT_LENGTH": str(len(body))}
    answer = sender.send("POST", DOCUMENTS, data=body[:kept], content_type=kind, environ_overrides=said)
    assert (answer.status_code < 500, clinic.documents(family), clinic.objects()) == (True, [], before)
