"""The list of cases and one case: what a coordinator reads, and that every look is logged."""

import re

import pytest

from portal.accesslog.models import Entry
from portal.cases.models import Case
from portal.desk import service
from portal.extensions import db
from tests.booking.scene import AT_NINE, Scene
from tests.staff.colleague import Colleague, employ, member
from tests.support.application import both_in_full
from tests.support.files import make_pdf
from tests.support.journey import SECTIONS
from tests.support.visitor import Visitor

OWN_WORDS = "Ma fille <b>tombe</b> souvent"
REPORT = make_pdf("inside")  # made once: a PDF carries the second in which it was made


@pytest.fixture
def family(app, clock) -> Visitor:
    """A family that writes French, with answers and a document."""
    visitor = Visitor(app, "fr").begin()
    visitor.answer("person", "genetics", "walking")
    for _ in range(2):  # the second time with what the first made appear
        visitor.post("/case/section/diagnosis", dx_type="other", dx_other=OWN_WORDS)
    visitor.upload("rapport çocuk.pdf", REPORT)
    return visitor


@pytest.fixture
def reference(app, family) -> str:
    with app.app_context():
        return db.session.get(Case, family.case_id()).reference


@pytest.fixture
def colleague(app, clock) -> Colleague:
    """A coordinator who reads Turkish."""
    return Colleague(app, "tr").sign_in(employ(app, "coordinator"))


def log_of(app, action: str) -> list[Entry]:
    with app.app_context():
        return list(db.session.scalars(db.select(Entry).where(Entry.action == action)))


def document_path(family: Visitor, reference: str) -> str:
    return f"/cases/{reference}/documents/{family.documents()[0].id}"


def test_the_list_shows_references_and_no_names(colleague, reference):
    page = colleague.page("/cases")
    assert (reference in page.main, SECTIONS["person"]["given_name"] in page.html) == (True, False)


def test_the_list_is_cut_into_pages(app, colleague, monkeypatch):
    monkeypatch.setattr(service, "PAGE", 2)
    for number in range(3):
        Visitor(app).begin(f"parent-{number}@family.example")
    first, second = colleague.page("/cases"), colleague.page("/cases?page=2")
    cases = [{text for text, address in page.links if "/desk/cases/" in address} for page in (first, second)]
    assert ([len(found) for found in cases], cases[0] & cases[1]) == ([2, 1], set())


@pytest.mark.parametrize("number", ["0", "-5", "x", "9" * 40])
@both_in_full
def test_an_odd_page_number_breaks_nothing(colleague, number):
    assert colleague.open(f"/cases?page={number}").status_code == 200


def test_coded_answers_are_in_the_readers_language(app, colleague, family, reference):
    turkish = colleague.page(f"/cases/{reference}").main
    english = Colleague(app, "en").sign_in(employ(app, "lead")).page(f"/cases/{reference}").main
    assert ("Fransa" in turkish, "France" in english) == (True, True)


def test_the_familys_own_words_stay_as_written_with_their_language_marked(colleague, reference):
    html = colleague.open(f"/cases/{reference}").text
    marked = re.search(r'<span lang="fr" dir="auto">([^<]*tombe[^<]*|[^<]*&lt;b&gt;tombe[^<]*)</span>', html)
    assert "&lt;b&gt;tombe&lt;/b&gt;" in marked[1]


def test_a_list_of_the_familys_own_words_is_marked_at_a_glance_too(colleague, family, reference):
    family.post("/case/section/safety", **{"allergies.0.substance": "Pénicilline", "allergies.0.severity": "severe"})
    html = colleague.open(f"/cases/{reference}").text
    glance = html.partition('<div class="cards">')[2].partition('<div class="answers">')[0]
    assert '<span lang="fr" dir="auto">Pénicilline' in glance


def test_consents_are_listed_with_version_and_language(colleague, reference):
    page = colleague.page(f"/cases/{reference}").main
    assert ("Fransızca" in page, page.count("2027") >= 4) == (True, True)


@pytest.fixture
def booked(app, family) -> None:
    """The family has booked nine o'clock in Istanbul and wishes for sign language."""
    case_id = family.case_id()
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator())
        scene.hold(case_id, AT_NINE)
        scene.book(case_id, interpreter="sign")


def test_a_booked_consultation_is_shown_on_both_clocks(colleague, reference, booked):
    page = colleague.page(f"/cases/{reference}").main
    assert ("09:00" in page, "07:00" in page) == (True, True)


@pytest.mark.parametrize(("role", "path"), [("interpreter", "/appointments"), ("coordinator", "/cases")])
def test_in_a_list_a_booked_consultation_is_shown_on_both_clocks_too(app, booked, role, path):
    said = Colleague(app).sign_in(employ(app, role)).page(path).main
    clocks = "Monday, 8 March 2027, 09:00 (Istanbul, UTC+3)", "Monday, 8 March 2027, 07:00 (Paris, UTC+1)"
    assert [one in said for one in clocks] == [True, True]


@pytest.mark.parametrize(("role", "path"), [("interpreter", "/appointments"), ("coordinator", "/cases/{reference}")])
def test_the_need_of_an_interpreter_is_said(app, reference, booked, role, path):
    colleague = Colleague(app).sign_in(employ(app, role))
    assert "Yes, for sign language" in colleague.page(path.format(reference=reference)).main


def test_an_interpreter_sees_only_the_own_languages(app, reference, booked):
    interpreter = Colleague(app).sign_in(employ(app, "interpreter", speaks=("ar",)))
    assert reference not in interpreter.page("/appointments").main


def test_an_interpreter_sees_nothing_of_the_person(app, reference, booked):
    interpreter = Colleague(app).sign_in(employ(app, "interpreter"))
    assert SECTIONS["person"]["given_name"] not in interpreter.open("/appointments").text


@both_in_full
def test_a_look_at_a_case_is_logged_by_its_pseudonym(app, colleague, family, reference):
    colleague.open(f"/cases/{reference}")
    with app.app_context():
        pseudonym = db.session.get(Case, family.case_id()).pseudonym
        actor = f"staff:{member('coordinator@clinic.example').id}"
    (entry,) = log_of(app, "case.read")
    assert (entry.actor, entry.pseudonym) == (actor, pseudonym)


@both_in_full
def test_a_document_opens_as_it_was_sent(colleague, family, reference):
    answer = colleague.open(document_path(family, reference))
    assert (answer.data, answer.mimetype) == (REPORT, "application/pdf")


def test_a_document_is_a_download_with_its_own_name(colleague, family, reference):
    headers = colleague.open(document_path(family, reference)).headers
    assert headers["Content-Disposition"] == "attachment; filename*=UTF-8''rapport%20%C3%A7ocuk.pdf"
    assert headers["Cache-Control"] == "no-store"


@both_in_full
def test_opening_a_document_is_logged(app, colleague, family, reference):
    colleague.open(document_path(family, reference))
    (entry,) = log_of(app, "document.opened")
    assert entry.object_id == family.documents()[0].id


def test_a_document_of_another_case_is_not_found_and_not_opened(app, colleague, family, reference):
    Visitor(app).begin("other@family.example")
    path = document_path(family, reference)
    with app.app_context():
        other = db.session.scalars(db.select(Case.reference).where(Case.reference != reference)).one()
    document_id = path.rpartition("/")[2]
    assert colleague.open(f"/cases/{other}/documents/{document_id}").status_code == 404
    assert log_of(app, "document.opened") == []


@pytest.mark.parametrize("path", ["/cases/AAA-AAA", "/cases/AAA-AAA/documents/x", "/cases/%00"])
@both_in_full
def test_what_is_not_there_is_not_found(colleague, path):
    assert colleague.open(path).status_code == 404


def test_an_erased_case_is_not_found(app, colleague, family, reference):
    app.extensions["portal"].keyring.destroy_case(family.case_id())
    assert colleague.open(f"/cases/{reference}").status_code == 404


@pytest.mark.parametrize("role", ["admin", "interpreter"])
def test_others_open_no_document(app, family, reference, role):
    stranger = Colleague(app).sign_in(employ(app, role))
    assert stranger.open(document_path(family, reference)).status_code == 403
