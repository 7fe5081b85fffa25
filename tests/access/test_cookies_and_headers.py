"""Every answer has the whole set of headers and is not kept, every cookie all its marks: each role, route and error."""

from collections.abc import Callable

import pytest
from flask import Flask, abort

from portal.adapters.storage import StorageFull
from portal.web.errors import WORDS
from tests.access.overheard import Answer, Overheard, ask_everything, browser_over_tls, routes
from tests.access.scene import ACCESS, VISIT, Browser, Stage, email_of
from tests.access.who_may import ROLES, TABLE
from tests.staff.colleague import Colleague
from tests.support.visitor import Visitor

SAFE = "https://localhost"
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
}
EVERY_STATUS = {200, 302, 303, 400, 403, 404, 405, 413}
EVERY_KIND = {"text/html", "text/css", "text/calendar", "application/json", "application/pdf"}
MARKS = {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
VALUES = ("Max-Age", "Expires")
# Asking for the head of a document leaves its file to the collector in Flask's test client: see test_head.py.
pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.xdist_group("walked"),  # one walk for all
]


@pytest.fixture(scope="module")
def walked(scene: Stage) -> dict[str, list[Answer]]:
    """What each role is answered at every route, over TLS."""
    app = scene.worker(base_url=SAFE)
    line, heard = Overheard(app), {}
    for role in ROLES:
        line.answers = heard[role] = []
        list(ask_everything(scene, lambda role=role: browser_over_tls(scene, app, role)))
    return heard


@pytest.fixture
def safe(fresh: Stage) -> Flask:
    """An application with an https address, and a scene of its own."""
    return fresh.worker(base_url=SAFE)


def come_and_go(stage: Stage, app: Flask) -> None:
    """Everybody comes in by every door, and goes: all that sets or takes back a cookie."""
    family = Visitor(app).begin("another@family.example")
    family.post("/sign-out")
    for way in ({"case_code": "2222-2222-2222"}, {"contact_email": stage.names["email A"]}):
        Browser(app).post("/resume", **way)
    back = Browser(app)
    back.post(f"/resume/{stage.names['link A']}", code=stage.names["code A"])
    Colleague(app).sign_in(email_of("spare colleague")).post("/sign-out")
    browser = Browser(app, {f"__Host-{ACCESS}": stage.cookie("family A")})
    stage.clock.advance(hours=3)
    browser.open("/case")


def policy(answer: Answer) -> dict[str, str]:
    """The content security policy, directive by directive."""
    said = [part.strip().partition(" ") for part in answer.headers["Content-Security-Policy"].split(";")]
    return {name: value for name, _, value in said}


def lacks(answer: Answer) -> list[str]:
    """Which headers an answer does not have, has otherwise, or has twice."""
    wrong = [name for name, value in HEADERS.items() if answer.headers.getlist(name) != [value]]
    policies = answer.headers.getlist("Content-Security-Policy")
    return wrong if len(policies) == 1 and policy(answer) == POLICY else [*wrong, "Content-Security-Policy"]


def is_kept(answer: Answer) -> bool:
    """Whether a browser or a proxy may keep an answer."""
    return answer.headers.getlist("Cache-Control") != ["no-store"]


def without(answers: list[Answer], fault: Callable[[Answer], object]) -> list[str]:
    """What was answered wrongly, each once."""
    return sorted({f"{one.asked}: {one.status} {found}" for one in answers if (found := fault(one))})


def is_file(answer: Answer) -> bool:
    """The one kind of answer that may be kept, for it is the same for everybody."""
    return answer.status == 200 and answer.asked.partition(" ")[2].startswith(("/static/", "/api/openapi.json"))


def failing(status: int) -> Callable[..., None]:
    """A view that ends with an error."""

    def view(**_given: object) -> None:
        if status == 500:
            raise RuntimeError
        if status == 503:
            raise StorageFull
        abort(status)

    return view


def test_every_route_is_walked(scene):
    assert {(line.method, line.path) for line in TABLE} == routes(scene.app)


def test_the_walk_meets_every_kind_of_answer(walked):
    answers = [one for heard in walked.values() for one in heard]
    assert EVERY_STATUS - {one.status for one in answers} == set()
    assert EVERY_KIND - {one.kind for one in answers if one.status == 200} == set()
    assert cookies(answers) != []


@pytest.mark.parametrize("role", ROLES)
def test_every_answer_has_the_whole_set_of_headers(walked, role):
    assert without(walked[role], lacks) == []


@pytest.mark.parametrize("role", ROLES)
def test_nothing_but_static_files_is_kept_by_a_browser(walked, role):
    assert without([one for one in walked[role] if not is_file(one)], is_kept) == []


@pytest.mark.parametrize("status", sorted(WORDS))
def test_every_kind_of_error_has_them_at_every_route(fresh, safe, monkeypatch, status):
    line = Overheard(safe)
    browser = browser_over_tls(fresh, safe, "lead")
    browser.form_token = browser.token()
    line.answers.clear()
    for endpoint in safe.view_functions:
        monkeypatch.setitem(safe.view_functions, endpoint, failing(status))
    for one in TABLE:
        browser.client.open(one.address(fresh.names), method=one.method, data={"csrf_token": browser.form_token})
    assert ({one.status for one in line.answers}, len(line.answers)) == ({status}, len(TABLE))
    assert without(line.answers, lambda one: lacks(one) or is_kept(one)) == []


def test_whoever_is_stopped_by_a_limit_gets_them_too(fresh, safe, monkeypatch):
    monkeypatch.setitem(safe.extensions, "portal_limits", lambda *_asked: False)
    line = Overheard(safe)
    list(ask_everything(fresh, lambda: browser_over_tls(fresh, safe, "family B")))
    stopped = [one for one in line.answers if one.status == 429]
    assert (len(stopped) > 5, without(stopped, lambda one: lacks(one) or is_kept(one))) == (True, [])


def test_a_foreign_host_name_gets_them_too(safe):
    line = Overheard(safe)
    safe.test_client().get("/en/", headers={"Host": "evil.example"})
    assert [(one.status, lacks(one), is_kept(one)) for one in line.answers] == [(400, [], False)]


def cookies(answers: list[Answer]) -> list[str]:
    """Every cookie that was set or taken back."""
    return [cookie for one in answers for cookie in one.headers.getlist("Set-Cookie")]


def marks(cookie: str) -> tuple[str, set[str]]:
    """A cookie's name, and what is said of it beside its age."""
    first, *said = [part.strip() for part in cookie.split(";")]
    return first.partition("=")[0], {one for one in said if not one.startswith(VALUES)}


def wrongly_set(answers: list[Answer], prefix: str, expected: set[str]) -> list[str]:
    """The cookies that do not look as all of them should."""
    found = {(name, *sorted(said)) for name, said in map(marks, cookies(answers))}
    return sorted(" ".join(one) for one in found if not one[0].startswith(prefix) or set(one[1:]) != expected)


def test_every_cookie_has_all_its_marks_wherever_it_is_set_or_taken_back(fresh, safe):
    line = Overheard(safe)
    come_and_go(fresh, safe)
    set_or_taken = [(marks(one)[0], "Max-Age=0" in one) for one in cookies(line.answers)]
    both = {(f"__Host-{name}", taken) for name in (ACCESS, VISIT, "portal_parked") for taken in (True, False)}
    assert (wrongly_set(line.answers, "__Host-", MARKS), set(set_or_taken)) == ([], both)


@pytest.mark.parametrize("role", ROLES)
def test_no_route_sets_a_cookie_without_them(walked, role):
    assert wrongly_set(walked[role], "__Host-", MARKS) == []


def test_without_tls_only_what_browsers_would_not_take_is_left_out(fresh):
    line = Overheard(fresh.app)
    come_and_go(fresh, fresh.app)
    assert (cookies(line.answers) != [], wrongly_set(line.answers, "portal_", MARKS - {"Secure"})) == (True, [])
