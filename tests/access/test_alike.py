"""What is another's, what is gone and what never was get the same answer, byte for byte, for about the same work."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.access.scene import Browser, Stage, statements
from tests.booking.scene import Scene
from tests.staff.colleague import Colleague, employ
from tests.support.application import both_databases
from tests.support.visitor import Visitor

MALFORMED = ["x", "%00", "0" * 31 + "%00", "a" * 300, "%F0%9F%92%A9", "%D9%A3" * 32, "0'--"]
OWN = [
    r'/(en|fr|tr|ar)/[^"]*" hreflang',
    r'action="[^"]*"',
    r'name="(csrf_token|once)" [^>]*value="[^"]*"',
    r'ltr">[0-9a-f]{8}</bdi>',
]
DESK_ROLES = ["coordinator 1", "coordinator 2", "lead"]


def plain(answer: TestResponse) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without what is of this one request: its address in the language bar, its token and its reference."""
    text = answer.text
    for own in OWN:
        text = re.sub(own, "*", text)
    headers = [(name, value) for name, value in answer.headers if name not in {"Content-Length", "Set-Cookie"}]
    return answer.status_code, headers, text


def work(scene: Stage, ask: Callable[[], object]) -> int:
    """How many statements a request costs."""
    with statements(scene) as asked:
        ask()
    return len(asked)


@pytest.fixture(params=["case A", "case B"])
def at(request: pytest.FixtureRequest, scene) -> str:
    """The documents of one case, at the desk."""
    return f"/desk/cases/{scene.names[request.param]}/documents/"


@pytest.fixture
def others(at, scene) -> str:
    """A document of the other case."""
    return scene.names["document B" if scene.names["case A"] in at else "document A"]


@pytest.fixture(params=DESK_ROLES)
def reader(request: pytest.FixtureRequest, scene):
    return scene.browser(request.param)


@pytest.fixture(params=["family A", "family B"])
def family(request: pytest.FixtureRequest, scene):
    """One that has sent its answers, and one that still writes."""
    return scene.browser(request.param)


@pytest.fixture
def foreign(family, scene) -> str:
    """A document of the other one."""
    return scene.names["document B" if family.cookie() == scene.cookie("family A") else "document A"]


def remove(family, document_id: str) -> TestResponse:
    return family.post_again(f"/case/documents/{document_id}/remove")


def test_a_document_of_another_case_looks_like_one_that_never_was(scene, reader, at, others):
    assert plain(reader.open(at + others)) == plain(reader.open(at + scene.names["made-up document"]))


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_document_looks_like_one_that_never_was(scene, reader, at, malformed):
    assert plain(reader.open(at + malformed)) == plain(reader.open(at + scene.names["made-up document"]))


def test_a_document_of_another_case_costs_as_much_as_one_that_never_was(scene, reader, at, others):
    made_up = at + scene.names["made-up document"]
    assert work(scene, lambda: reader.open(at + others)) == work(scene, lambda: reader.open(made_up))


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_document_costs_about_as_much(scene, reader, at, malformed):
    made_up = at + scene.names["made-up document"]
    more = work(scene, lambda: reader.open(made_up)) - work(scene, lambda: reader.open(at + malformed))
    assert more in {0, 1}  # what cannot be an id need not be looked for


def test_a_family_learns_nothing_of_anothers_document(scene, family, foreign):
    assert plain(remove(family, foreign)) == plain(remove(family, scene.names["made-up document"]))


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_family_learns_nothing_by_a_malformed_document(scene, family, malformed):
    assert plain(remove(family, malformed)) == plain(remove(family, scene.names["made-up document"]))


def test_a_document_of_another_costs_a_family_the_same(scene, family, foreign):
    family.form_token = family.token()
    made_up = work(scene, lambda: remove(family, scene.names["made-up document"]))
    assert work(scene, lambda: remove(family, foreign)) == made_up


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_document_costs_a_family_about_the_same(scene, family, malformed):
    family.form_token = family.token()
    made_up = work(scene, lambda: remove(family, scene.names["made-up document"]))
    assert made_up - work(scene, lambda: remove(family, malformed)) in {0, 1}


@pytest.mark.parametrize("path", ["", "/documents/{document of the erased}", "/documents/{made-up document}"])
def test_an_erased_case_looks_like_one_that_never_was(scene, reader, path):
    path = path.format(**scene.names)
    erased, made_up = (f"/desk/cases/{scene.names[name]}{path}" for name in ("case of the erased", "made-up case"))
    assert plain(reader.open(erased)) == plain(reader.open(made_up))


@pytest.mark.parametrize("path", ["", "/documents/{document of the erased}", "/documents/{made-up document}"])
def test_an_erased_case_costs_as_much_as_one_that_never_was(scene, reader, path):
    path = path.format(**scene.names)
    erased, made_up = (f"/desk/cases/{scene.names[name]}{path}" for name in ("case of the erased", "made-up case"))
    assert work(scene, lambda: reader.open(erased)) == work(scene, lambda: reader.open(made_up))


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_reference_looks_like_a_case_that_never_was(scene, reader, malformed):
    made_up = reader.open(f"/desk/cases/{scene.names['made-up case']}")
    assert plain(reader.open(f"/desk/cases/{malformed}")) == plain(made_up)


def test_a_case_whose_familys_key_alone_is_gone_looks_like_one_that_never_was(fresh):
    keyring = fresh.app.extensions["portal"].keyring
    keyring.destroy_family(fresh.names["family id A"])
    reader = fresh.browser("lead")
    gone, made_up = (reader.open(f"/desk/cases/{fresh.names[name]}") for name in ("case A", "made-up case"))
    assert plain(gone) == plain(made_up)


@pytest.mark.parametrize("role", ["interpreter", "admin"])
@pytest.mark.parametrize("name", ["case A", "case of the erased"])
def test_who_may_not_read_learns_nothing_of_what_is_there(scene, role, name):
    reader = scene.browser(role)
    there, made_up = (reader.open(f"/desk/cases/{scene.names[one]}") for one in (name, "made-up case"))
    assert plain(there) == plain(made_up)


def test_the_cookie_of_an_erased_case_looks_like_none(scene):
    found = [plain(scene.browser(role).open("/case")) for role in ("erased family", "nobody")]
    assert found[0] == found[1]


def test_a_mailed_link_to_an_erased_case_looks_like_one_that_never_was(fresh):
    answers = []
    for name in ("link of the erased", "made-up link"):
        browser = fresh.browser("nobody")
        answers.append(plain(browser.post(f"/resume/{fresh.names[name]}", code=fresh.names["code of the erased"])))
    assert answers[0] == answers[1]


def test_the_paper_code_of_an_erased_case_looks_like_one_that_never_was(fresh):
    fresh.clock.advance(minutes=1)
    paper = Visitor(fresh.app).begin(email="")
    code = next(word for word in paper.page(paper.open("/start/code")).main.split() if word.count("-") == 2)
    fresh.app.extensions["portal"].keyring.destroy_case(paper.case_id())
    erased, made_up = (
        plain(fresh.browser("nobody").post("/resume", case_code=one)) for one in (code, "2222-2222-2222")
    )
    assert (erased[0], erased[2].replace(code, "*")) == (200, made_up[2].replace("2222-2222-2222", "*"))


def feed(browser: Browser, secret: str) -> TestResponse:
    return browser.ask("GET", f"/api/calendar/{secret}.ics")


@pytest.mark.parametrize("role", ["nobody", "family A", "coordinator 1"])
def test_the_calendar_of_a_removed_colleague_looks_like_one_that_never_was(scene, role):
    gone, made_up = (scene.names[name] for name in ("feed of the removed", "made-up link"))
    assert plain(feed(scene.browser(role), gone)) == plain(feed(scene.browser(role), made_up))
    costs = [work(scene, lambda one=one: feed(scene.browser(role), one)) for one in (gone, made_up)]
    assert costs[0] == costs[1]


@pytest.mark.parametrize("step", ["end", "new"])
def test_a_calendar_that_was_closed_or_made_anew_looks_like_one_that_never_was(fresh, step):
    fresh.browser("coordinator 1").post(f"/desk/calendar/{step}")
    gone, made_up = (fresh.names[name] for name in ("feed", "made-up link"))
    assert plain(feed(fresh.browser("nobody"), gone)) == plain(feed(fresh.browser("nobody"), made_up))
    costs = [work(fresh, lambda one=one: feed(fresh.browser("nobody"), one)) for one in (gone, made_up)]
    assert costs[0] == costs[1]


@pytest.mark.parametrize("malformed", MALFORMED)
def test_a_malformed_address_of_a_calendar_looks_like_one_that_never_was(scene, malformed):
    browser = scene.browser("nobody")
    assert plain(feed(browser, malformed)) == plain(feed(browser, scene.names["made-up link"]))


@pytest.fixture
def everything(app, clock) -> Colleague:
    """Somebody with every role, and a coordinator whose times can be closed."""
    with app.app_context():
        scene = Scene(app)
        scene.open_day(scene.coordinator())
    return Colleague(app).sign_in(employ(app, "admin", "lead", "coordinator"))


@pytest.mark.parametrize(
    "path",
    [
        "/people/{}/revoke",
        "/people/{}/reset",
        "/people/{}/place",
        "/messages/{}/resend",
        "/slots/{}/close",
        "/slots/{}/open",
        "/cases/{}",
    ],
)
@both_databases
def test_a_malformed_id_is_answered_at_the_desk_like_one_that_never_was(everything, path):
    ask = everything.open if path == "/cases/{}" else everything.post
    made_up = plain(ask(path.format("0" * 32)))
    assert [one for one in MALFORMED if plain(ask(path.format(one))) != made_up] == []


@both_databases
def test_a_malformed_document_is_answered_to_a_family_like_one_that_never_was(app, clock):
    family = Visitor(app).begin()
    made_up = plain(family.post("/case/documents/" + "0" * 32 + "/remove"))
    assert [one for one in MALFORMED if plain(family.post(f"/case/documents/{one}/remove")) != made_up] == []


@both_databases
def test_a_malformed_link_looks_like_one_that_never_was(app, clock):
    browser = Browser(app)
    made_up = plain(browser.post("/resume/" + "x" * 43, code="123456"))
    assert [one for one in MALFORMED if plain(browser.post(f"/resume/{one}", code="123456")) != made_up] == []
