"""Ways back: a link opens nothing by itself, a code is tried five times, and strangers learn nothing."""

from datetime import timedelta

import pytest

from portal.cases.models import Respondent
from portal.cases.rules import CODE_LIFE, LINK_LIFE, TRIES
from portal.cases.service.access import CodeOld, CodeWrong, LinkExpired, come_by_link, open_way
from portal.extensions import db
from portal.transaction import transaction
from tests.support.application import Clock
from tests.support.visitor import Visitor

NOW = Clock().now


@pytest.fixture
def visitor(app, clock) -> Visitor:
    return Visitor(app).begin()


@pytest.fixture
def way(app, visitor):
    here = app.extensions["portal"]
    with app.app_context(), transaction() as session:
        respondent = session.scalars(db.select(Respondent)).one()
        return open_way(session, here.keyring, respondent, settings=here.settings, now=NOW)


def come(app, way, code: str, now=NOW) -> str:
    with app.app_context(), transaction() as session:
        try:
            found = come_by_link(
                session,
                app.extensions["portal"].keyring,
                way.url.rpartition("/")[2],
                code,
                requester="192.0.2.1",
                now=now,
            )
        except CodeWrong:
            return "wrong"
        except CodeOld:
            return "old"
        except LinkExpired:
            return "expired"
        return f"in:{found.language}"


def test_link_and_code_together_open_the_case(app, way):
    assert come(app, way, way.code) == "in:en"


def test_digits_of_another_script_are_the_same_code(app, way):
    eastern = way.code.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert come(app, way, eastern) == "in:en"


def test_after_five_wrong_codes_the_right_one_is_too_late(app, way):
    wrong = [come(app, way, "x") for _ in range(TRIES)]
    assert ([*wrong, come(app, way, way.code)]) == ["wrong"] * TRIES + ["expired"]


def test_a_link_ends_after_thirty_days(app, way):
    assert come(app, way, way.code, NOW + LINK_LIFE) == "expired"


def test_the_code_beside_a_link_works_for_fifteen_minutes(app, way):
    last, late = (come(app, way, way.code, NOW + CODE_LIFE - timedelta(seconds=one)) for one in (1, 0))
    assert (CODE_LIFE, last, late) == (timedelta(minutes=15), "in:en", "old")


def test_guessing_at_an_old_code_uses_up_nothing(app, way):
    assert [come(app, way, "x", NOW + CODE_LIFE) for _ in range(2 * TRIES)] == ["old"] * 2 * TRIES


def test_the_page_of_a_link_has_a_new_code_sent_that_opens_the_case(app, visitor, way, clock):
    clock.advance(days=3)
    other = Visitor(app)
    there = way.url.removeprefix("http://localhost/en")
    late = other.page(other.post(there, code=way.code))
    answer = other.post(there, anew="1")
    (letter,) = [one for _, one in other.work(clock()).carried if one.kind == "way_back"]
    code = next(word for word in letter.text.split() if word.isdecimal() and len(word) == 6)
    assert "works for fifteen minutes, and this one is older" in late.main
    assert answer.headers["Location"] == "/en/resume/code"
    assert other.post("/resume/code", code=code).headers["Location"] == "/en/case"


def test_an_unknown_link_or_an_old_one_sends_nothing_and_leads_to_the_same_page(app, visitor, way, clock):
    there = way.url.removeprefix("http://localhost/en")
    unknown = Visitor(app).post("/resume/nothing", anew="1")
    clock.advance(days=30)
    asking = Visitor(app)
    assert [unknown.headers["Location"], asking.post(there, anew="1").headers["Location"]] == ["/en/resume/code"] * 2
    assert asking.work(clock()).carried == []  # the letter of the beginning had its time too


def test_a_scanner_that_looks_has_nothing_sent(app, visitor, way, clock):
    clock.advance(hours=1)
    scanner = app.test_client()
    for look in (scanner.get, scanner.head):
        look(f"{way.url}?anew=1")
    assert scanner.post(way.url, data={"anew": "1"}).status_code == 400
    assert [one.kind for _, one in visitor.work(clock()).carried] == ["welcome"]


def test_looking_at_a_link_many_times_consumes_nothing(app, way):
    scanner = app.test_client()
    for _ in range(20):
        scanner.get(way.url)
        scanner.head(way.url)
    assert come(app, way, way.code) == "in:en"


def test_a_link_page_looks_the_same_for_an_unknown_link(app, way):
    known, unknown = (app.test_client().get(address).text for address in (way.url, "/en/resume/nothing"))
    assert len(known) - len(unknown) == pytest.approx(0, abs=400)


def test_asking_answers_the_same_for_known_and_unknown_addresses(app, visitor):
    answers = []
    for address in ("parent@family.example", "nobody@family.example"):
        asking = Visitor(app)
        answer = asking.post("/resume", contact_email=address)
        answers.append((answer.status_code, answer.headers["Location"]))
    assert answers[0] == answers[1]


def test_an_unknown_address_gets_no_letter(app, visitor):
    asking = Visitor(app)
    asking.post("/resume", contact_email="nobody@family.example")
    assert [one.kind for _, one in asking.work().carried] == ["welcome"]


def test_the_mailed_code_opens_the_case_where_it_was_asked_for(app, visitor):
    asking = Visitor(app)
    asking.post("/resume", contact_email="Parent@family.example")
    (letter,) = [one for _, one in asking.work().carried if one.kind == "way_back"]
    code = next(word for word in letter.text.split() if word.isdecimal() and len(word) == 6)
    assert asking.post("/resume/code", code=code).headers["Location"].endswith("/en/case")


def test_a_code_on_paper_opens_the_case(app, clock):
    first = Visitor(app).begin(email="")
    page = first.page(first.open("/start/code"))
    code = next(word for word in page.main.split() if word.count("-") == 2 and len(word) == 14)
    asking = Visitor(app)
    assert asking.post("/resume", case_code=code.lower().replace("-", " ")).headers["Location"].endswith("/en/case")


def test_the_code_on_paper_is_shown_until_it_is_written_down(app, clock):
    visitor = Visitor(app).begin(email="")
    visitor.post("/start/code")
    assert visitor.open("/start/code").status_code == 303


def test_a_stranger_cannot_use_up_a_familys_tries(app, visitor, clock):
    stranger = app.test_client()
    for _ in range(60):
        stranger.post("/en/resume", data={"case_code": "wrong"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})
    asking = Visitor(app)
    assert asking.post("/resume", contact_email="parent@family.example").status_code == 303


def test_signing_out_ends_the_access_on_the_server(app, visitor):
    stolen = visitor.client.get_cookie("portal_access").value
    visitor.post("/sign-out")
    thief = app.test_client()
    thief.set_cookie("portal_access", stolen)
    assert thief.get("/en/case").status_code == 303


def test_access_ends_by_itself(visitor, clock):
    clock.advance(hours=7)
    assert visitor.open("/case").status_code == 303


def test_access_is_renewed_while_it_is_used(visitor, clock):
    for _ in range(4):
        clock.advance(hours=4)
        visitor.open("/case")
    assert visitor.open("/case").status_code == 200


def test_access_ends_after_a_day_at_most(visitor, clock):
    for _ in range(9):
        clock.advance(hours=3)
        visitor.open("/case")
    assert visitor.open("/case").status_code == 303


def test_the_welcome_letter_is_in_the_familys_language(app, clock):
    visitor = Visitor(app, "ar").begin()
    ((_, letter),) = visitor.work().carried
    assert (letter.kind, letter.language, 'dir="rtl"' in letter.html) == ("welcome", "ar", True)


def test_a_link_leads_to_the_base_url_only(way):
    assert way.url.startswith("http://localhost/en/resume/")


def test_a_way_back_lives_for_thirty_days():
    assert timedelta(days=30) == LINK_LIFE


def ways(app, number: int):
    """So many letters, a minute apart."""
    here, made = app.extensions["portal"], []
    for minute in range(number):
        with app.app_context(), transaction() as session:
            respondent = session.scalars(db.select(Respondent)).one()
            now = NOW + timedelta(minutes=minute + 1)
            made.append(open_way(session, here.keyring, respondent, settings=here.settings, now=now))
    return made


def test_the_links_of_the_last_two_letters_stay_valid(app, visitor):
    first, second, third = ways(app, 3)
    late = NOW + timedelta(minutes=5)
    found = [come(app, way, way.code, late) for way in (first, second, third)]
    assert found == ["expired", "in:en", "in:en"]


def test_one_letter_for_many_browsers_is_one_letter(app, visitor):
    here = app.extensions["portal"]
    with app.app_context(), transaction() as session:
        respondent = session.scalars(db.select(Respondent)).one()
        made = [
            open_way(session, here.keyring, respondent, settings=here.settings, now=NOW, asked_by=f"b{number}")
            for number in range(5)
        ]
    assert [come(app, way, way.code) for way in made] == ["in:en"] * 5


def test_sending_voids_every_link(app, visitor):
    (way,) = ways(app, 1)
    visitor.answer()
    visitor.post("/case/check")
    assert come(app, way, way.code, NOW + timedelta(minutes=2)) == "expired"
