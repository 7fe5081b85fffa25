"""A kept cookie is worth nothing: after signing out, removal, reset or age, in another's place, or planted."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from portal.extensions import db
from portal.staff import service
from portal.staff.models import StaffMember
from portal.staff.sign_in import secret_from_key
from portal.transaction import transaction
from portal.web.session_rows import WebSession
from tests.access.doors import newest_code
from tests.access.scene import ACCESS, VISIT, Browser, Stage, email_of
from tests.access.who_may import OPENS, ROLES, SIGN_IN, TABLE, WAY_BACK, verdict
from tests.staff.colleague import KEY, PASSWORD, Colleague, code_of, quick_hash
from tests.support.journey import WHO
from tests.support.visitor import TICKED, Visitor

POSTS = [line for line in TABLE if line.method == "POST"]
EXPIRED_FORM = "400"
ELSEWHERE = "203.0.113.9"


def sign_out(stage: Stage, role: str) -> None:
    stage.browser(role).post("/sign-out" if role in {"family A", "family B"} else "/desk/sign-out")


def erase(stage: Stage, role: str) -> None:
    stage.app.extensions["portal"].keyring.destroy_case(stage.names[f"id {role[-1]}"])


def remove(stage: Stage, role: str) -> None:
    with stage.app.app_context(), transaction() as session:
        service.revoke(session, session.get_one(StaffMember, stage.names[role]), stage.clock())


def reset(stage: Stage, role: str) -> None:
    with stage.app.app_context(), transaction() as session:
        person = session.get_one(StaffMember, stage.names[role])
        service.reset(session, stage.app.extensions["portal"].keyring, person, stage.clock())


def begin_anew(stage: Stage, role: str) -> None:
    """A reset, after which the person has taken up the new invitation."""
    with stage.app.app_context():
        kept = {"password_hash": quick_hash(PASSWORD + " too"), "totp_secret": secret_from_key(KEY[::-1])}
        reset(stage, role)
        with transaction() as session:
            service.accept_invitation(session, session.get_one(StaffMember, stage.names[role]), **kept)


def wait(**time: float) -> Callable[[Stage, str], None]:
    return lambda stage, role: stage.clock.advance(**time) and None


FAMILY_ENDS = {"signing out": sign_out, "erasing": erase, "six hours": wait(hours=6, minutes=1)}
STAFF_ENDS = {"signing out": sign_out, "removal": remove, "reset": reset, "45 minutes": wait(minutes=45)}
STAFF_ENDS["a reset and a new start"] = begin_anew


@pytest.fixture(params=FAMILY_ENDS)
def ended_family(request: pytest.FixtureRequest, fresh) -> Stage:
    """A scene in which family A's access is over."""
    FAMILY_ENDS[request.param](fresh, "family A")
    return fresh


@pytest.fixture(params=STAFF_ENDS)
def ended_lead(request: pytest.FixtureRequest, fresh) -> Stage:
    """A scene in which the lead's access is over."""
    STAFF_ENDS[request.param](fresh, "lead")
    return fresh


def replayed(stage: Stage, role: str) -> Browser:
    """A thief's browser with the cookie of a role."""
    return Browser(stage.app, {ACCESS: stage.cookie(role)}, ELSEWHERE)


def works(browser: Browser) -> list[str]:
    """What opens with the cookies of this browser, on either side."""
    pages = [*("/case", "/case/documents", "/case/appointment"), *("/desk/cases", "/desk/messages", "/desk/people")]
    return [path for path in pages if verdict(browser.open(path)) == OPENS]


def post_of(stage: Stage, role: str) -> str:
    """Something that the role might do."""
    return "/case/appointment/cancel" if role == "family A" else f"/desk/messages/{stage.names['message']}/resend"


def test_a_familys_cookie_opens_no_page_afterwards(ended_family):
    assert works(replayed(ended_family, "family A")) == []


def test_a_familys_cookie_posts_nothing_afterwards(ended_family):
    before = ended_family.stored()
    answer = replayed(ended_family, "family A").post(post_of(ended_family, "family A"))
    assert (verdict(answer), ended_family.changed_since(before)) == (WAY_BACK, [])


def test_a_colleagues_cookie_opens_no_page_afterwards(ended_lead):
    assert works(replayed(ended_lead, "lead")) == []


def test_a_colleagues_cookie_posts_nothing_afterwards(ended_lead):
    before = ended_lead.stored()
    answer = replayed(ended_lead, "lead").post(post_of(ended_lead, "lead"))
    assert (verdict(answer), ended_lead.changed_since(before)) == (SIGN_IN, [])


@pytest.mark.parametrize("role", ["family A", "lead"])
def test_a_cookie_is_dead_at_the_other_worker_too(fresh, role):
    other = fresh.worker()
    alive = works(fresh.browser(role, other))
    sign_out(fresh, role)
    assert (alive != [], works(fresh.browser(role, other))) == (True, [])


@pytest.mark.parametrize("role", ["family A", "lead"])
def test_a_form_that_was_open_before_is_dead_too(fresh, role):
    browser, before = fresh.browser(role), fresh.stored()
    token = browser.token()
    sign_out(fresh, role)
    thief = replayed(fresh, role)
    answer = thief.client.post(f"/en{post_of(fresh, role)}", data={"csrf_token": token})
    assert (verdict(answer), set(fresh.changed_since(before)) <= {"access_log"}) == (EXPIRED_FORM, True)


def test_a_colleague_in_constant_use_is_out_after_twelve_hours(fresh):
    browser = fresh.browser("lead")
    for _ in range(25):
        fresh.clock.advance(minutes=30)
        browser.open("/desk/cases")
    assert works(browser) == []


def test_a_family_in_constant_use_is_out_after_a_day(fresh):
    browser = fresh.browser("family A")
    for _ in range(9):
        fresh.clock.advance(hours=3)
        browser.open("/case")
    assert works(browser) == []


class Meanwhile(io.BytesIO):
    """The body of a request, during whose arrival something else happens, once."""

    def __init__(self, data: bytes, happens: Callable[[], None]) -> None:
        super().__init__(data)
        self.waiting = [happens]

    def read(self, *size: int) -> bytes:
        self._let_happen()
        return super().read(*size)

    def readinto(self, buffer: Any) -> int:
        self._let_happen()
        return super().readinto(buffer)

    def _let_happen(self) -> None:
        while self.waiting:
            self.waiting.pop()()


def post_slowly(stage: Stage, role: str, path: str, happens: Callable[[Stage, str], None]) -> Browser:
    """A POST from another tab, late enough to renew the access, which is still arriving while something happens.

    It arrives at a worker of its own, as a request in another thread has a database session of its own.
    """
    browser = stage.browser(role, stage.worker())
    data = f"csrf_token={browser.token()}".encode()
    stage.clock.advance(minutes=100 if role == "family A" else 20)
    body, kind = Meanwhile(data, lambda: happens(stage, role)), "application/x-www-form-urlencoded"
    browser.client.post(f"/en{path}", input_stream=body, content_length=len(data), content_type=kind)
    assert body.waiting == [], "the body was never read"
    return browser


@pytest.mark.parametrize("end", [sign_out, erase])
def test_a_request_under_way_does_not_bring_a_familys_access_back(fresh, end):
    assert works(post_slowly(fresh, "family A", "/case/book/keep", end)) == []


@pytest.mark.parametrize("end", [sign_out, remove, reset, begin_anew])
def test_a_request_under_way_does_not_bring_a_colleagues_access_back(fresh, end):
    assert works(post_slowly(fresh, "lead", post_of(fresh, "lead"), end)) == []


@pytest.mark.parametrize("end", [remove, reset, begin_anew])
def test_a_password_given_before_is_worth_nothing_afterwards(fresh, end):
    half_way = Colleague(fresh.app)
    half_way.give_password(email_of("spare colleague"))
    end(fresh, "spare colleague")
    assert verdict(half_way.open("/sign-in/code")) == SIGN_IN


def test_a_password_given_before_a_reset_does_not_open_the_desk_with_the_new_code(fresh):
    half_way = Colleague(fresh.app)
    half_way.give_password(email_of("spare colleague"))
    begin_anew(fresh, "spare colleague")
    half_way.post("/sign-in/code", code=code_of(KEY[::-1]))
    assert not half_way.is_in()


@pytest.mark.parametrize("role", ["family A", "lead", "admin"])
@pytest.mark.parametrize("changed", ["{}=", "{} ", "{}\\0", "x{}", "'{}'", "{}' OR '1'='1", "%s"])
def test_a_changed_token_opens_nothing(scene, role, changed):
    assert works(Browser(scene.app, {ACCESS: changed.format(scene.cookie(role))})) == []


@pytest.mark.parametrize("column", ["id", "token_hash", "subject"])
def test_what_the_database_keeps_of_a_session_opens_nothing(scene, column):
    with scene.app.app_context():
        kept = db.session.scalars(db.select(getattr(WebSession, column))).all()
    assert [one for one in kept if works(Browser(scene.app, {ACCESS: one}))] == []


@pytest.mark.parametrize("role", ["family A", "lead"])
def test_the_token_of_a_session_is_no_visit_and_a_visit_is_no_session(scene, role):
    visit = Browser(scene.app)
    visit.token()
    swapped = {VISIT: scene.cookie(role), ACCESS: visit.cookie(VISIT)}
    assert works(Browser(scene.app, swapped)) == []


@pytest.mark.parametrize("role", ["family A", "family B"])
def test_a_familys_cookie_does_not_open_the_desk(scene, role):
    assert [path for path in works(scene.browser(role)) if path.startswith("/desk")] == []


@pytest.mark.parametrize("role", ["coordinator 1", "coordinator 2", "lead", "interpreter", "admin"])
def test_a_colleagues_cookie_does_not_open_a_familys_pages(scene, role):
    assert [path for path in works(scene.browser(role)) if path.startswith("/case")] == []


def test_a_familys_link_is_no_invitation(scene):
    page = scene.browser("nobody").open(f"/desk/invitation/{scene.names['link A']}")
    assert "This invitation is over" in page.text


@pytest.mark.parametrize("token", ["invitation", "session of family A", "session of lead"])
def test_only_a_link_is_a_link(fresh, token):
    tokens = fresh.names | {f"session of {role}": fresh.cookie(role) for role in ("family A", "lead")}
    browser = fresh.browser("nobody")
    browser.post(f"/resume/{tokens[token]}", code=fresh.names["code A"])
    assert works(browser) == []


@pytest.mark.parametrize("role", ROLES)
def test_no_form_is_taken_without_a_token_of_its_own_browser(scene, role):
    stranger = scene.browser("nobody").token()
    asked = [(str(line), line.address(scene.names), token) for line in POSTS for token in ("", stranger)]
    answers = {
        name: scene.browser(role).client.post(address, data={"csrf_token": token} if token else {}).status_code
        for name, address, token in asked
    }
    assert {name: status for name, status in answers.items() if status != 400} == {}


@pytest.fixture
def colleague(fresh) -> Colleague:
    """The spare colleague's browser, not signed in yet, with a cookie that somebody planted there."""
    browser = Colleague(fresh.app)
    browser.client.set_cookie(ACCESS, "planted")
    return browser


def access(browser: Colleague | Visitor) -> str:
    return browser.client.get_cookie(ACCESS).value


def test_a_planted_cookie_does_not_become_a_colleagues(colleague):
    colleague.sign_in(email_of("spare colleague"))
    assert (colleague.is_in(), works(Browser(colleague.app, {ACCESS: "planted"}))) == (True, [])


def test_a_planted_cookie_does_not_become_a_familys(fresh):
    visitor = Visitor(fresh.app)
    visitor.client.set_cookie(ACCESS, "planted")
    visitor.begin()
    assert (visitor.open("/case").status_code, works(Browser(fresh.app, {ACCESS: "planted"}))) == (200, [])


def test_a_colleague_who_signs_in_again_gets_another_token(colleague):
    first = access(colleague.sign_in(email_of("spare colleague")))
    colleague.post("/sign-out")
    assert access(colleague.sign_in(email_of("spare colleague"), later=1)) != first


def test_signing_in_at_the_desk_ends_the_familys_access_in_that_browser(fresh):
    colleague = Colleague(fresh.app)
    colleague.client.set_cookie(ACCESS, fresh.cookie("family A"))
    colleague.sign_in(email_of("spare colleague"))
    assert (access(colleague) != fresh.cookie("family A"), works(fresh.browser("family A"))) == (True, [])


def test_beginning_a_case_ends_the_desk_in_that_browser(fresh):
    visitor = Visitor(fresh.app)
    visitor.client.set_cookie(ACCESS, fresh.cookie("lead"))
    visitor.begin()
    assert (access(visitor) != fresh.cookie("lead"), works(fresh.browser("lead"))) == (True, [])


def test_coming_back_to_another_case_ends_the_access_to_the_first(fresh):
    browser = fresh.browser("family B")
    browser.post(f"/resume/{fresh.names['link A']}", code=fresh.names["code A"])
    assert (browser.cookie() != fresh.cookie("family B"), works(fresh.browser("family B"))) == (True, [])


def test_coming_back_to_the_same_case_gets_another_token(fresh):
    browser = fresh.browser("family A")
    browser.post(f"/resume/{fresh.names['link A']}", code=fresh.names["code A"])
    assert (browser.cookie() != fresh.cookie("family A"), works(fresh.browser("family A"))) == (True, [])


def test_coming_back_late_in_the_day_begins_a_new_day(fresh):
    browser = fresh.browser("family A")
    for _ in range(5):
        fresh.clock.advance(hours=4, minutes=45)
        browser.open("/case")
    browser.post("/resume", contact_email=fresh.names["email A"])
    browser.post("/resume/code", code=newest_code(fresh))
    fresh.clock.advance(hours=2)
    assert "/case" in works(browser)


def test_a_form_from_before_the_sign_in_is_dead_after_it(colleague):
    page = Browser(colleague.app)
    page.client = colleague.client
    before = page.token()
    colleague.sign_in(email_of("spare colleague"))
    answer = colleague.client.post("/en/desk/sign-out", data={"csrf_token": before})
    assert (verdict(answer), colleague.is_in()) == (EXPIRED_FORM, True)


def test_turning_to_another_child_does_not_put_off_the_end_of_the_day(fresh):
    browser = fresh.browser("family A")
    browser.post("/case/another", **WHO)
    for _ in range(5):
        fresh.clock.advance(hours=4, minutes=45)
        browser.open("/case")
    browser.post("/case/another/agree", **TICKED)
    inside = works(browser)
    fresh.clock.advance(hours=2)
    assert ("/case" in inside, works(browser)) == (True, [])


def test_a_form_of_the_child_that_was_open_before_is_dead(fresh):
    browser = fresh.browser("family A")
    before = browser.token()
    browser.post("/case/another", **WHO)
    browser.post("/case/another/agree", **TICKED)
    answer = browser.client.post("/en/case/section/person", data={"csrf_token": before, "given_name": "Other"})
    assert verdict(answer) == EXPIRED_FORM
