"""Steps out of order, things that nobody may set, two windows at once, and keys that open another door."""

import random
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from werkzeug.test import TestResponse

from portal.accesslog.models import Entry
from portal.booking.hours import Offer
from portal.booking.models import BY_HAND, CLOSED, Appointment, Schedule, Slot
from portal.booking.service.making import slot_values
from portal.booking.slots import Span
from portal.cases.models import Case
from portal.cases.service.access import respondents_at
from portal.extensions import db
from portal.intake.models import AnswerSheet
from portal.mail.models import OutboxMessage
from portal.transaction import transaction
from tests.booking.scene import AT_NINE, MINUTES, Scene, token
from tests.hostile.attacker import LONGEST_COOKIE, Attacker, Part
from tests.hostile.clinic import PDF, TIMES, Clinic, live, numbers
from tests.hostile.forms import Form, arrive, concrete, every_day, forms
from tests.hostile.values import SHORT, Value
from tests.staff.colleague import PASSWORD, Colleague, code_of
from tests.support.application import both_databases
from tests.support.journey import SECTIONS
from tests.support.visitor import TICKED, Visitor

MANY = 4
# Where SQLite's one writer leaves no room for a race.
on_postgresql = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}
AGREED = {**TICKED, "contact_email": "parent@family.example"}
FAMILY_POSTS = [form for form in forms() if form.audience in {("family",), ("public",)}]
OWN = (
    "id",
    "family_id",
    "reference",
    "pseudonym",
    "state",
    "questionnaire",
    "assignee_id",
    "created_at",
    "submitted_at",
)
NOBODYS = {
    "state": "submitted",
    "status": "booked",
    "case_id": "1",
    "family_id": "2",
    "respondent_id": "3",
    "id": "4",
    "owner": "x",
    "role": "admin",
    "roles": "admin",
    "is_admin": "1",
    "assignee_id": "5",
    "version": "999999",
    "submitted_at": "2020-01-01",
    "created_at": "2020-01-01",
    "reference": "AAA-AAA",
    "pseudonym": "p",
    "sequence": "9",
    "questionnaire": "intake-0",
    "now": "2020-01-01",
    "_user_id": "6",
    "portal_access": "7",
    "language": "xx",
    "held_until": "2099-01-01",
    "schedule_id": "1",
    "room": "r",
    "added_by": "8",
    "object_name": "9",
    "sha256": "0",
}


@pytest.fixture
def visitor(clinic: Clinic) -> Visitor:
    """A family that has only agreed."""
    assert clinic.office
    return clinic.newcomer()


@pytest.fixture
def choosing(visitor: Visitor) -> Visitor:
    """A family that may choose a time."""
    return visitor.answer("person")


def where(answer: TestResponse) -> str:
    return answer.headers.get("Location", "")


def own(clinic: Clinic, visitor: Visitor) -> dict[str, object]:
    """What of a case no form may change."""
    with clinic.app.app_context():
        case = db.session.get_one(Case, clinic.case_of(visitor))
        return {name: getattr(case, name) for name in OWN}


def role_of(clinic: Clinic, visitor: Visitor) -> dict[str, str]:
    """What a family said about who fills in."""
    with clinic.app.app_context():
        keyring = clinic.app.extensions["portal"].keyring
        (respondent,) = respondents_at(db.session(), keyring, visitor.email)
        return keyring.family(respondent.family_id).read_json(respondent, "role")


def kept(clinic: Clinic, visitor: Visitor) -> list[str]:
    """The states of a family's appointments."""
    with clinic.app.app_context():
        found = db.select(Appointment.status).where(Appointment.case_id == clinic.case_of(visitor))
        return list(db.session.scalars(found.order_by(Appointment.status)))


# ---- out of order --------------------------------------------------------------------------------------------------


def test_nobody_agrees_before_saying_who(clinic):
    before = clinic.rows()
    answer = Attacker.like(clinic.visitor()).post("/en/start/agree", AGREED.items())
    assert (where(answer), clinic.rows()) == ("/en/start/who", before)


def test_nothing_is_sent_before_the_person_is_known(clinic, visitor):
    visitor.post("/case/check")
    assert (own(clinic, visitor)["state"], own(clinic, visitor)["submitted_at"]) == ("draft", None)


def test_no_time_is_kept_before_the_person_is_known(clinic, visitor):
    visitor.post("/case/book", slot=clinic.first_time())
    assert kept(clinic, visitor) == []


@pytest.mark.parametrize("slot", ["", "junk", None])
def test_nothing_is_confirmed_that_was_not_kept(clinic, choosing, slot: str | None):
    said = PHONE | {"slot": clinic.first_time() if slot is None else slot}
    choosing.post("/case/book/confirm", **said)
    assert kept(clinic, choosing) == []


NOT_DUE = [
    *(f"/case/appointment/{step}" for step in ("cancel", "move", "move/confirm", "details", "seen")),
    *("/case/book/keep", "/case/book/leave", "/case/another/agree", "/start/code", "/case/check"),
    *("/case/contact", "/case/assent"),
]


@pytest.mark.parametrize("path", NOT_DUE)
def test_a_step_that_is_not_due_changes_nothing(clinic, visitor, path: str):
    before = clinic.rows()
    answer = visitor.post(path)
    assert (answer.status_code < 400, clinic.rows()) == (True, before)


@pytest.mark.parametrize("path", ["/case/sent", "/case/appointment", "/case/appointment.ics", "/start/code"])
def test_a_page_that_is_not_due_leads_on(visitor, path: str):
    assert visitor.open(path).status_code == 303


@pytest.mark.parametrize("path", ["/resume/code", "/desk/sign-in/code"])
def test_a_code_that_nobody_asked_for_opens_nothing(clinic, path: str):
    before = clinic.rows()
    answer = Attacker.like(clinic.visitor()).post(f"/en{path}", [("code", "123456")])
    assert (answer.status_code, clinic.rows()) == (303, before)


def consultation_begins(clinic, visitor) -> None:
    """From now on the answers stay as the coordinator has them."""
    with clinic.app.app_context(), transaction() as session:
        session.get_one(Case, clinic.case_of(visitor)).answers_until = clinic.clock()


def test_from_the_consultation_on_what_was_sent_is_changed_by_nothing(clinic, choosing):
    choosing.answer()
    choosing.post("/case/check")
    consultation_begins(clinic, choosing)
    before = clinic.rows("access_log")
    choosing.post("/case/section/person", given_name="Another", _go="next")
    choosing.post("/case/section/person", given_name="Another", _switch="en")
    choosing.upload("late.pdf", PDF)
    choosing.post("/case/check")
    assert clinic.rows("access_log") == before


def test_from_the_consultation_on_a_document_stays(clinic, choosing):
    choosing.answer().upload("report.pdf", PDF)
    (listed,) = clinic.documents(choosing)
    choosing.post("/case/check")
    consultation_begins(clinic, choosing)
    choosing.post(f"/en/case/documents/{listed.id}/remove")
    assert clinic.documents(choosing) == [listed]


def test_nobody_removes_a_document_of_another_family(clinic, visitor):
    other = clinic.family()
    (listed,) = clinic.documents(other)
    visitor.post(f"/en/case/documents/{listed.id}/remove")
    assert clinic.documents(other) == [listed]


@pytest.mark.parametrize("made_up", ["x", "<script>", "0" * 32])
def test_removing_what_is_not_there_is_not_in_the_log(clinic, visitor, made_up: str):
    visitor.post(f"/en/case/documents/{made_up}/remove")
    with clinic.app.app_context():
        assert db.session.query(Entry).filter_by(action="document.removed", object_id=made_up).count() == 0


def test_removing_a_document_of_another_family_is_not_in_the_log(clinic, visitor):
    (listed,) = clinic.documents(clinic.family())
    visitor.post(f"/en/case/documents/{listed.id}/remove")
    with clinic.app.app_context():
        assert db.session.query(Entry).filter_by(action="document.removed", object_id=listed.id).count() == 0


# ---- what nobody may set -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", every_day(FAMILY_POSTS, 4))
def test_no_form_sets_what_is_not_its_own(clinic: Clinic, form: Form):
    visitor = clinic.newcomer()
    before, reader = own(clinic, visitor), Attacker.like(visitor)
    said = {**NOBODYS, **SECTIONS.get(form.section, {})}
    reader.post(concrete(clinic, form.path), said.items())
    reader.post(concrete(clinic, form.path) + "?" + "&".join(f"{name}={value}" for name, value in NOBODYS.items()))
    assert own(clinic, visitor) == before


ROWS_OWN = {
    **NOBODYS,
    "start_at": "2020-01-01T00:00:00+00:00",
    "end_at": "2099-01-01T00:00:00+00:00",
    "held_since": "2099-01-01",
    "booked_at": "2020-01-01",
    "cancelled_at": "2020-01-01",
    "changed_at": "2020-01-01",
    "interpreter_id": "1",
    "appointment_id": "2",
    "time_zone": "Asia/Tokyo",
    "wall": "x",
    "clock_moved_at": "2020-01-01",
    "reminded": "7",
    "absent": "clinic",
    "details": "{}",
    "answers_until": "2099-01-01",
}
# What differs from one family, and from one moment, to the next.
ITS_OWN = {"id", "case_id", "start_at", "end_at", "held_since", "held_until", "wall"}
ITS_OWN |= {"booked_at", "cancelled_at", "changed_at"}
SECRET = {"room", "details"}
OF_CONSULTATIONS = [
    form for form in forms() if form.endpoint.startswith("booking.") or form.endpoint == "desk.cancel_consultation"
]


def consultations(clinic: Clinic) -> dict[str, dict[str, object]]:
    """Every appointment's row, by id."""
    with clinic.app.app_context():
        rows = db.session.execute(db.select(Appointment.__table__)).mappings()
        return {row["id"]: dict(row) for row in rows}


def told_apart(clinic: Clinic, row: dict[str, object]) -> tuple[object, ...]:
    """What of a row two honest families have in common, and whether its instants are such as a family can have."""
    shared = sorted((name, value) for name, value in row.items() if name not in ITS_OWN | SECRET and value is not None)
    now, later = clinic.clock() - timedelta(hours=1), clinic.clock() + timedelta(days=60)
    instants = [row[name] for name in sorted(ITS_OWN) if isinstance(row[name], datetime)]
    return str(shared), all(now < one < later for one in instants), row["case_id"] in cases(clinic)


def cases(clinic: Clinic) -> set[object]:
    with clinic.app.app_context():
        return set(db.session.scalars(db.select(Case.id)))


def changed_by(clinic: Clinic, form: Form, more: dict[str, str], query: str = "") -> list[tuple[object, ...]]:
    """The rows that a sensible post with something more makes or changes."""
    way = arrive(clinic, form)
    said = {**more, **way.sensible()}
    before = consultations(clinic)
    fields = [(name, one) for name, value in said.items() for one in (value if isinstance(value, list) else [value])]
    way.attacker.post(way.path + query, fields)
    return [told_apart(clinic, row) for row_id, row in consultations(clinic).items() if before.get(row_id) != row]


@pytest.mark.parametrize("form", every_day(OF_CONSULTATIONS, 4))
def test_no_form_sets_what_is_not_its_own_of_a_consultation(clinic: Clinic, form: Form):
    honest = changed_by(clinic, form, {})
    query = "?" + "&".join(f"{name}={value}" for name, value in ROWS_OWN.items())
    assert changed_by(clinic, form, ROWS_OWN, query) == honest


def test_the_forms_of_consultations_change_rows_when_they_are_honest(clinic: Clinic):
    nothing = [str(form) for form in OF_CONSULTATIONS if not changed_by(clinic, form, {})]
    # One renews what was kept a moment ago, two are about a wish; what a family has seen is noted at its case.
    assert set(nothing) <= {"/case/book/keep", "/case/waiting", "/case/waiting/end", "/case/appointment/seen"}


@pytest.fixture(scope="module")
def other(clinic: Clinic) -> Visitor:
    """Another family, with answers and a document."""
    return clinic.family()


@pytest.mark.parametrize("form", every_day(FAMILY_POSTS, 4))
def test_no_form_of_a_family_reaches_another_one(clinic: Clinic, other: Visitor, form: Form):
    before, documents = own(clinic, other), clinic.documents(other)
    said = NOBODYS | {
        "case_id": str(before["id"]),
        "family_id": str(before["family_id"]),
        "document_id": documents[0].id,
    }
    Attacker.like(clinic.newcomer()).post(concrete(clinic, form.path), said.items())
    assert (own(clinic, other), clinic.documents(other)) == (before, documents)


def test_an_admin_gives_no_password_and_no_key_to_a_new_person(clinic):
    admin = clinic.somebody("admin")
    said = {"email": "mass@clinic.example", "name": "Test", "language": "en", "roles": ["lead"], "speaks": ["en"]}
    said |= {"zone": "Europe/Istanbul"}
    more = {"password": PASSWORD, "tf_totp_secret": "x", "active": "1", "id": "1", "fs_uniquifier": "1"}
    admin.post("/people", **said, **more)
    assert "password" in clinic.visitor().page(Colleague(clinic.app).give_password("mass@clinic.example")).errors


def alone(clinic: Clinic, unasked: Value) -> tuple[list[str], set[str]]:
    """An adult alone, who answers what is not asked of such a one: the cookies that follow, and what is kept."""
    visitor = clinic.visitor()
    visitor.email = f"alone{next(numbers)}@family.example"
    reader = Attacker.like(visitor)
    said = {"respondent_role": "self_adult", "person": "adult", "guardian_authority": unasked}
    cookies = reader.post("/en/start/who", said.items()).headers.getlist("Set-Cookie")
    reader.cookies = "; ".join(cookie.partition(";")[0] for cookie in cookies)
    reader.post("/en/start/agree", {**TICKED, "contact_email": visitor.email}.items())
    return cookies, set(role_of(clinic, visitor))


def test_what_is_not_asked_of_an_adult_alone_is_not_kept(clinic):
    kept = {name: alone(clinic, value)[1] - {"respondent_role", "person"} for name, value in SHORT.items()}
    assert {name: more for name, more in kept.items() if more} == {}


def test_what_is_not_asked_of_an_adult_alone_makes_no_cookie_that_browsers_drop(clinic):
    nothing_to_press_together = random.Random(1).randbytes(5_000).hex()
    cookies, _kept = alone(clinic, nothing_to_press_together)
    assert max(map(len, cookies)) < LONGEST_COOKIE


# ---- two at once ---------------------------------------------------------------------------------------------------


@pytest.fixture
def busy(own_clinic: Clinic) -> Clinic:
    """A clinic of its own with a morning of three times."""
    with own_clinic.app.app_context():
        scene = Scene(own_clinic.app)
        scene.open_day(scene.coordinator(speaks=("en",)))
    return own_clinic


@pytest.fixture
def family(busy: Clinic) -> Visitor:
    """A family that has answered everything."""
    return busy.newcomer().answer()


def at_once(attacker: Attacker, path: str, *bodies: dict[str, str], file: bytes = b"") -> set[int]:
    """The same browser sends from several windows at the same moment; the statuses of the answers."""
    barrier, place = Barrier(MANY), {"REMOTE_ADDR": "198.51.100.7"}

    def send(number: int) -> int:
        said = bodies[number % len(bodies)].items()
        barrier.wait()
        if file:
            return attacker.post_parts(path, said, [Part("file", file, "a.pdf")], environ_base=place).status_code
        return attacker.post(path, said, environ_base=place).status_code

    with ThreadPoolExecutor(MANY) as pool:
        return set(pool.map(send, range(MANY)))


def mailed(clinic: Clinic, kind: str) -> int:
    """How many letters of a kind there are."""
    with clinic.app.app_context():
        return db.session.query(OutboxMessage).filter_by(kind=kind).count()


@both_databases
def test_who_agrees_in_many_windows_begins_one_case(own_clinic: Clinic):
    reader = Attacker.like(own_clinic.undecided())
    answers = at_once(reader, "/en/start/agree", AGREED)
    assert (max(answers) < 500, len(own_clinic.rows()["case_file"]), mailed(own_clinic, "welcome")) == (True, 1, 1)


@both_databases
def test_who_chooses_in_many_windows_keeps_one_time(busy: Clinic, family: Visitor):
    slots = [{"slot": token(AT_NINE + timedelta(minutes=MINUTES * number))} for number in range(3)]
    answers = at_once(Attacker.like(family), "/en/case/book", *slots)
    assert (max(answers) < 500, live(busy.app)) == (True, ["held"])


@both_databases
def test_who_confirms_in_many_windows_books_once(busy: Clinic, family: Visitor):
    family.post("/case/book", slot=token())
    answers = at_once(Attacker.like(family), "/en/case/book/confirm", PHONE | {"slot": token()})
    assert (max(answers) < 500, live(busy.app), mailed(busy, "appointment.booked")) == (True, ["booked"], 1)


@on_postgresql
def test_who_cancels_in_many_windows_cancels_once(busy: Clinic, family: Visitor):
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", slot=token(), **PHONE)
    answers = at_once(Attacker.like(family), "/en/case/appointment/cancel", {})
    assert (max(answers) < 500, live(busy.app), mailed(busy, "appointment.cancelled")) == (True, [], 1)


@both_databases
def test_who_sends_in_many_windows_sends_once(busy: Clinic, family: Visitor):
    answers = at_once(Attacker.like(family), "/en/case/check", {})
    assert (max(answers) < 500, mailed(busy, "intake.received"), mailed(busy, "intake.summary")) == (True, 1, 1)


@both_databases
def test_one_file_from_many_windows_is_one_document(busy: Clinic, family: Visitor):
    answers = at_once(Attacker.like(family), "/en/case/documents", {"kind": "letter"}, file=PDF)
    assert (max(answers) < 500, len(busy.documents(family)), len(busy.objects())) == (True, 1, 1)


@on_postgresql
def test_a_first_save_in_many_windows_is_no_fault_of_ours(own_clinic: Clinic):
    visitor = own_clinic.newcomer()
    answers = at_once(Attacker.like(visitor), "/en/case/section/person", SECTIONS["person"])
    assert (max(answers) < 500, len(own_clinic.rows()["answer_sheet"])) == (True, 1)


@on_postgresql
def test_of_many_windows_that_show_one_version_one_is_saved(busy: Clinic, family: Visitor):
    said = [SECTIONS["person"] | {"given_name": f"Name {number}", "version": "1"} for number in range(MANY)]
    at_once(Attacker.like(family), "/en/case/section/person", *said)
    with busy.app.app_context():
        assert db.session.query(AnswerSheet).filter_by(section="person").one().version == 2


@on_postgresql
@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/en/resume", {"case_code": "AAAA-AAAA-AAAA"}),
        ("/en/resume/x", {"code": "123456"}),
        ("/en/desk/sign-in", {"email": "nobody@clinic.example", "password": PASSWORD}),
    ],
)
def test_a_first_wrong_code_in_many_windows_is_no_fault_of_ours(own_clinic: Clinic, path: str, said: dict[str, str]):
    reader = Attacker.like(own_clinic.visitor())
    assert max(at_once(reader, path, said)) < 500


@on_postgresql
def test_one_person_added_in_many_windows_is_one_person(own_clinic: Clinic):
    admin = Attacker.like(own_clinic.somebody("admin"))
    said = {"email": "new@clinic.example", "name": "Test", "language": "en", "roles": "lead", "speaks": "en"}
    said |= {"zone": "Europe/Istanbul"}
    answers = at_once(admin, "/en/desk/people", said)
    assert (max(answers) < 500, len(own_clinic.rows()["staff_member"])) == (True, 2)


@on_postgresql
def test_first_times_opened_in_many_windows_are_opened_once(own_clinic: Clinic):
    office = own_clinic.somebody("admin", "coordinator")
    said = TIMES | {"coordinator": own_clinic.id_of(office), "weekdays": "0"}
    answers = at_once(Attacker.like(office), "/en/desk/slots", said)
    assert (max(answers) < 500, len(own_clinic.rows()["schedule"]), len(own_clinic.rows()["slot"])) == (True, 1, 8)


# ---- times that cannot be had --------------------------------------------------------------------------------------

# fmt: off
TOKENS = (
    "", "-", "a-", "-a", "a--a", "0-0", "0-14", "zzzzzzzz-14", "zzzzzzzzzzzzz-1", "hwf60-0", "hwf60-zz", "HWF60-14",
    "hwf61-14", "hwf60\u201314", "hwf60-1\u0664", "\u0661-14", "-1--1", "1e9-14", "x" * 16, "x" * 5_000, "hwf60-14-14",
)
# fmt: on


@pytest.mark.parametrize("path", ["/case/book", "/case/book/confirm"])
def test_a_time_that_was_never_offered_is_not_kept(clinic, choosing, path: str):
    answers = {slot[:20]: choosing.post(path, slot=slot, **PHONE).status_code for slot in TOKENS}
    assert ({slot: status for slot, status in answers.items() if status >= 400}, kept(clinic, choosing)) == ({}, [])


@pytest.mark.parametrize("hours", [-24 * 365, -24, -1, 0, 1])
def test_a_time_that_is_past_or_too_near_is_not_kept(busy: Clinic, family: Visitor, hours: int):
    start = busy.clock() + timedelta(hours=hours)
    with busy.app.app_context(), transaction() as session:
        schedule = session.scalars(db.select(Schedule)).one()
        offer = Offer(Span(start, start + timedelta(minutes=MINUTES)), start.date())
        session.execute(db.insert(Slot), slot_values(schedule, offer, made_by=BY_HAND))
    family.post("/case/book", slot=token(start))
    assert live(busy.app) == []


def test_a_time_that_another_family_keeps_is_not_kept_twice(busy: Clinic, family: Visitor):
    busy.newcomer().answer("person").post("/case/book", slot=token())
    page = family.page(family.post("/case/book", slot=token()))
    assert (list(page.errors), live(busy.app)) == (["slot"], ["held"])


def test_a_time_that_was_closed_is_not_kept(busy: Clinic, family: Visitor):
    with busy.app.app_context(), transaction() as session:
        session.execute(db.update(Slot).values(status=CLOSED))
    family.post("/case/book", slot=token())
    assert live(busy.app) == []


@pytest.fixture
def booked(busy: Clinic, family: Visitor) -> Visitor:
    """A family that has the first time of the morning."""
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", **PHONE)
    return family


LATER = AT_NINE + timedelta(minutes=MINUTES)
MOVES = ["/case/appointment/move", "/case/appointment/move/confirm"]


def standing(clinic: Clinic) -> list[tuple[str, datetime]]:
    """What blocks a time: its state, and when it is."""
    rows = consultations(clinic).values()
    return sorted((str(row["status"]), row["start_at"]) for row in rows if row["status"] in {"held", "booked"})


@pytest.mark.parametrize("path", [*MOVES, "/case/appointment/details", "/case/appointment/cancel"])
def test_a_time_that_never_existed_moves_and_cancels_nothing(busy: Clinic, booked: Visitor, path: str):
    answers = {slot[:20]: booked.post(path, slot=slot, **PHONE).status_code for slot in TOKENS if slot}
    assert [slot for slot, status in answers.items() if status >= 400] == []
    assert standing(busy) == [("booked", AT_NINE)]


@pytest.mark.parametrize("path", MOVES)
@pytest.mark.parametrize("hours", [-24 * 365, -24, -1, 0, 1])
def test_nothing_moves_to_a_time_that_is_past_or_too_near(busy: Clinic, booked: Visitor, path: str, hours: int):
    start = busy.clock() + timedelta(hours=hours)
    with busy.app.app_context(), transaction() as session:
        schedule = session.scalars(db.select(Schedule)).one()
        offer = Offer(Span(start, start + timedelta(minutes=MINUTES)), start.date())
        session.execute(db.insert(Slot), slot_values(schedule, offer, made_by=BY_HAND))
    booked.post(path, slot=token(start))
    assert standing(busy) == [("booked", AT_NINE)]


@pytest.mark.parametrize("path", MOVES)
def test_nothing_moves_to_a_time_that_another_family_keeps(busy: Clinic, booked: Visitor, path: str):
    busy.newcomer().answer("person").post("/case/book", slot=token(LATER))
    answer = booked.post(path, slot=token(LATER))
    assert (answer.status_code < 400, standing(busy)) == (True, [("booked", AT_NINE), ("held", LATER)])


@pytest.mark.parametrize("path", MOVES)
def test_nothing_moves_to_a_time_that_was_closed(busy: Clinic, booked: Visitor, path: str):
    with busy.app.app_context(), transaction() as session:
        session.execute(db.update(Slot).values(status=CLOSED))
    booked.post(path, slot=token(LATER))
    assert standing(busy) == [("booked", AT_NINE)]


def test_a_time_that_was_taken_between_choosing_and_confirming_is_no_move(busy: Clinic, booked: Visitor):
    booked.post("/case/appointment/move", slot=token(LATER))
    busy.clock.advance(minutes=11)
    busy.newcomer().answer("person").post("/case/book", slot=token(LATER))
    answer = booked.post("/case/appointment/move/confirm", slot=token(LATER))
    assert (answer.status_code < 400, standing(busy)) == (True, [("booked", AT_NINE), ("held", LATER)])


def test_confirming_another_time_than_the_one_that_is_kept_moves_nothing(busy: Clinic, booked: Visitor):
    booked.post("/case/appointment/move", slot=token(LATER))
    booked.post("/case/appointment/move/confirm", slot=token(LATER + timedelta(minutes=MINUTES)))
    assert standing(busy) == [("booked", AT_NINE), ("held", LATER)]


@pytest.mark.parametrize("path", [*MOVES, "/case/appointment/details", "/case/appointment/cancel"])
def test_a_consultation_that_has_begun_is_changed_by_no_form(busy: Clinic, booked: Visitor, path: str):
    busy.clock.now = AT_NINE + timedelta(minutes=1)
    booked.come_back(booked.email)
    before, inside = consultations(busy), booked.open("/case").status_code
    booked.post(path, **{**PHONE, "channel": "video", "slot": token(LATER)})
    assert (inside, consultations(busy) == before, standing(busy)) == (200, True, [("booked", AT_NINE)])


# ---- keys of other doors -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def keys(clinic: Clinic) -> dict[str, str]:
    """Every secret that stands in an address or a mail, by what it is for."""
    link, code = clinic.mailed()
    return {"link": link, "code": code, "invitation": clinic.invited(), "session": session_of(clinic.newcomer())}


def session_of(visitor: Visitor) -> str:
    return visitor.client.get_cookie("portal_access").value


@pytest.mark.parametrize("kind", ["link", "session", "code"])
def test_what_is_no_invitation_invites_nobody(clinic, keys, kind: str):
    page = clinic.visitor().page(clinic.visitor().open(f"/en/desk/invitation/{keys[kind]}"))
    assert page.headings == ["This invitation is over"]


@pytest.mark.parametrize("kind", ["invitation", "session", "code"])
def test_what_is_no_link_opens_no_case(clinic, keys, kind: str):
    answer = clinic.visitor().post(f"/resume/{keys[kind]}", code=keys["code"])
    assert answer.status_code == 200


def test_the_code_of_another_link_opens_nothing(clinic, keys):
    other, _code = clinic.mailed()
    assert clinic.visitor().post(f"/resume/{other}", code=keys["code"]).status_code == 200


@pytest.mark.parametrize("kind", ["link", "invitation", "code"])
def test_what_is_no_session_is_nobody(clinic, keys, kind: str):
    reader = Attacker(clinic.app, cookies=f"portal_access={keys[kind]}")
    assert [reader.send("GET", path).status_code for path in ("/en/case", "/en/desk/cases")] == [303, 303]


@pytest.mark.parametrize("form", ["{0}=", "{0}%20", "%20{0}", "{0}%00", "{0}/", "{0}%0a", "{0}x", "%7b{0}%7d", "{1}"])
def test_a_key_that_is_nearly_right_opens_nothing(clinic, keys, form: str):
    link, code = keys["link"], keys["code"]
    answer = clinic.visitor().post(f"/en/resume/{form.format(link, link.swapcase())}", code=code)
    assert answer.headers.get("Location", "") != "/en/case"


def test_what_is_no_code_on_paper_opens_nothing(clinic, keys):
    answers = {clinic.visitor().post("/resume", case_code=key).status_code for key in keys.values()}
    assert answers == {200}


def test_a_link_that_is_too_old_opens_nothing(own_clinic: Clinic):
    link, code = own_clinic.mailed()
    own_clinic.clock.advance(days=30)
    assert own_clinic.visitor().post(f"/resume/{link}", code=code).status_code == 200


def test_a_code_that_is_too_old_opens_nothing(own_clinic: Clinic):
    visitor, code = own_clinic.asking()
    own_clinic.clock.advance(minutes=15)
    assert visitor.post("/resume/code", code=code).status_code == 200


def test_a_code_opens_nothing_in_another_browser(clinic):
    _asked, code = clinic.asking()
    other, _code = clinic.asking()
    assert other.post("/resume/code", code=code).status_code == 200


def test_an_invitation_that_was_used_is_over(own_clinic: Clinic):
    invitation, browser = own_clinic.invited(), Colleague(own_clinic.app)
    key = re.search(r"Key: ((?:[A-Z2-7]{4}-?)+)", browser.page(f"/invitation/{invitation}").main)[1].replace("-", "")
    browser.post(f"/invitation/{invitation}", password=PASSWORD, code=code_of(key))
    assert Colleague(own_clinic.app).page(f"/invitation/{invitation}").headings == ["This invitation is over"]


def test_a_session_of_a_family_is_none_of_the_office(clinic, visitor):
    reader = Attacker.like(visitor)
    assert reader.send("GET", "/en/desk/cases").headers["Location"] == "/en/desk/sign-in"


def test_a_session_of_the_office_opens_no_family(clinic):
    assert clinic.office.client.get("/en/case").headers["Location"] == "/en/resume"


def test_half_way_in_is_not_in(clinic):
    reader = Attacker.like(clinic.half_way())
    assert reader.send("GET", "/en/desk/cases").headers["Location"] == "/en/desk/sign-in"
