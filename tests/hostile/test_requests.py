"""Odd requests on every route: methods, host names, identifiers, languages, and words that would lead a reader away."""

import re
from collections.abc import Callable

import pytest
from werkzeug.test import TestResponse

from tests.hostile.attacker import COOKIES, Attacker, addresses, faults, leads_away, urlencoded
from tests.hostile.clinic import Clinic
from tests.hostile.forms import concrete, forms, routes
from tests.hostile.looking import Look, looks, readers_of, things_of
from tests.hostile.values import DISGUISES, EVIL, FEW, FORGED, HEADERS, HOSTS, IDS, LANGUAGES, PATHS, WORDS
from tests.support.visitor import TICKED

METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get", "X" * 100)
NO_PAGE = {"/healthz", "/static/<path:filename>", "/<lang>/case/appointment.ics"}
NO_PAGE |= {"/<lang>/case/book/keep", "/<lang>/case/book/left"}
BARE = {"HEAD", "OPTIONS"}
ROUTES = routes()
TO_LOOK_AT = [route for route in ROUTES if "GET" in route["methods"]]
# A host is judged before a route is looked for.
SOME = [
    route for route in ROUTES if route["path"] in {"/", "/<lang>/", "/<lang>/case", "/<lang>/desk/cases", "/healthz"}
]
WITH_IDS = [route for route in ROUTES if "<" in route["path"].replace("<lang>", "")]


@pytest.fixture(scope="module")
def visit(clinic: Clinic, readers: dict[str, Attacker]):
    """Goes to each route as somebody for whom it is; yields the route's path with the answer."""

    def go(method: str = "GET", paths=ROUTES, variable: str = "x", query: str = "", **more):
        for route in paths:
            path = concrete(clinic, route["path"], variable=variable) + query
            yield route["path"], readers[route["audience"][0]].send(method, path, **more)

    return go


@pytest.fixture(scope="module")
def plain(visit) -> list[tuple[str, TestResponse]]:
    """Every route's answer to an honest reader."""
    return list(visit())


@pytest.fixture(scope="module")
def known(plain) -> set[str]:
    """Where our own texts lead: to public bodies, to a mail program."""
    return {address for _path, answer in plain for address in off_site(answer)}


def off_site(answer: TestResponse) -> set[str]:
    """Where an answer would lead a reader who is then no longer with us."""
    found = [answer.headers.get("Location", ""), *addresses(answer.text if answer.mimetype == "text/html" else "")]
    return {address for address in found if leads_away(address)}


def wrong(answers, language: str = "en") -> list[tuple[str, str]]:
    """What is wrong with answers; a few routes do not answer with a page."""
    return [
        (path, fault)
        for path, answer in answers
        for fault in faults(answer, language)
        if answer.status_code >= 500 or (path not in NO_PAGE and answer.request.method not in BARE)
    ]


@pytest.mark.parametrize("method", METHODS)
def test_no_method_on_any_route_is_a_fault_of_ours(visit, method: str):
    assert wrong(visit(method)) == []


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(clinic: Clinic, visit, method: str):
    before = clinic.rows("access_log")
    list(visit(method))
    assert clinic.rows("access_log") == before


@pytest.fixture(scope="module")
def really(clinic: Clinic) -> Callable[[Look], tuple[Attacker, str]]:
    """Who looks at what is really there, and where."""
    readers, things = readers_of(clinic), things_of(clinic)
    return lambda look: (readers[look.reader], look.address(things))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("look", looks(), ids=str)
def test_looking_at_what_is_really_there_changes_nothing(clinic: Clinic, really, method: str, look: Look):
    reader, address = really(look)
    before = clinic.rows("access_log")
    status = reader.send(method, address).status_code
    assert (status, clinic.rows("access_log") == before) == (200, True)


def test_asking_for_the_head_uses_up_nothing_that_is_shown_once(clinic: Clinic, really):
    clinic.office.post("/calendar/new")
    clinic.office.post(f"/people/{clinic.id_of(clinic.somebody('lead'))}/reset")
    at_the_desk = next(look for look in looks() if look.reader == "office")
    really(at_the_desk)[0].send("GET", "/en/desk/slots")  # that it asks from another place is noted once
    changed = []
    for look in looks():
        (reader, address), before = really(look), clinic.sessions()
        reader.send("HEAD", address)
        changed += [str(look)] if clinic.sessions() != before else []
    assert changed == []


@pytest.mark.parametrize("host", HOSTS)
def test_no_host_name_leads_away_or_is_a_fault_of_ours(visit, known, host: str):
    answers = [
        (path, answer.status_code, off_site(answer) - known)
        for path, answer in visit(paths=SOME, headers={"Host": host})
    ]
    assert [one for one in answers if one[1] >= 500 or one[2]] == []


@pytest.mark.parametrize("name", FORGED)
def test_no_forged_header_leads_away_or_changes_an_answer(visit, plain, known, name: str):
    forged = [
        (one, answer.status_code, off_site(answer) - known) for one, answer in visit(headers={name: FORGED[name]})
    ]
    assert forged == [(path, answer.status_code, set()) for path, answer in plain]


def test_behind_a_proxy_no_forged_host_is_believed(make_app):
    client = make_app(base_url="https://portal.example", proxy_hops=1).test_client()
    answer = client.get("/en", headers={"Host": "portal.example", "X-Forwarded-Host": EVIL})
    # The one link leads to us by name, for on another's address a short one would lead to them.
    assert (answer.status_code, off_site(answer)) == (400, {"https://portal.example/en/urgent"})


def test_a_letter_links_to_our_own_address_whatever_the_request_said(clinic: Clinic):
    reader = Attacker.like(clinic.undecided())
    mail = {**TICKED, "contact_email": "forged@family.example"}
    reader.post("/en/start/agree", mail.items(), headers=FORGED)
    letters = [one.text for _id, one in clinic.visitor().work().carried if one.recipient == mail["contact_email"]]
    assert [re.findall(r"https?://[^/]+", text) for text in letters] == [["http://localhost"]]


@pytest.mark.parametrize("made_up", IDS)
def test_no_identifier_in_an_address_is_a_fault_of_ours(clinic: Clinic, visit, made_up: str):
    before = clinic.rows("access_log")
    assert (wrong(visit(paths=WITH_IDS, variable=made_up)), clinic.rows("access_log")) == ([], before)


@pytest.mark.parametrize("made_up", IDS)
def test_no_identifier_that_is_posted_to_is_a_fault_of_ours(clinic: Clinic, readers, made_up: str):
    before = clinic.rows("access_log")
    answers = [
        (route["path"], readers[route["audience"][0]].post(concrete(clinic, route["path"], variable=made_up)))
        for route in WITH_IDS
        if "POST" in route["methods"]
    ]
    assert (wrong(answers), clinic.rows("access_log")) == ([], before)


@pytest.mark.parametrize("made_up", IDS)
def test_no_made_up_row_of_a_real_calendar_is_a_fault_of_ours(clinic: Clinic, readers, made_up: str):
    # A look at who waits is asked for at each change, whether or not there was anything to change.
    before, calendars = clinic.rows("access_log", "job"), ["clinic", clinic.id_of(clinic.office)]
    places = [
        f"/en/desk/calendars/{whose}/{what}/{made_up}/remove" for whose in calendars for what in ("days", "hours")
    ]
    answers = [(place, readers["admin"].post(place)) for place in places]
    assert (wrong(answers), clinic.rows("access_log", "job")) == ([], before)


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_postgresql_is_given_no_identifier_that_it_refuses(own_clinic: Clinic):
    office, found = Attacker.like(own_clinic.somebody()), []
    for route in WITH_IDS:
        reader = Attacker.like(own_clinic.newcomer()) if set(route["audience"]) & {"family", "public"} else office
        for made_up in ("%00", "x" * 65, "x" * 3_000, "%ff"):
            path = concrete(own_clinic, route["path"], variable=made_up)
            answers = [
                reader.post(path) if method == "POST" else reader.send(method, path) for method in route["methods"]
            ]
            found += wrong((f"{route['path']} {made_up[:9]}", answer) for answer in answers)
    assert found == []


@pytest.mark.parametrize("disguise", DISGUISES)
def test_no_word_in_an_address_leads_away(visit, known, disguise: str):
    query = "?" + "&".join(f"{word}={disguise}" for word in WORDS)
    answers = [
        (path, answer.status_code, off_site(answer) - known) for path, answer in visit(paths=TO_LOOK_AT, query=query)
    ]
    assert [one for one in answers if one[1] >= 500 or one[2]] == []


@pytest.mark.parametrize("disguise", DISGUISES)
def test_no_word_that_is_posted_leads_away(way_to, disguise: str):
    answer = way_to(next(form for form in forms() if form.section)).post(dict.fromkeys(WORDS, disguise))
    assert (answer.status_code, off_site(answer)) == (303, set())


@pytest.mark.parametrize("name", FEW)
def test_nothing_after_the_question_mark_is_a_fault_of_ours(visit, name: str):
    query = "?" + urlencoded((word, FEW[name]) for word in WORDS).decode()
    assert wrong(visit(paths=TO_LOOK_AT, query=query)) == []


@pytest.mark.parametrize("query", [b"page=\xff", b"\xff\xfe=\xed\xa0\x80", b"new=%", b"a=1&&=&;;=%00"], ids=str)
def test_no_raw_bytes_after_the_question_mark_are_a_fault_of_ours(visit, query: bytes):
    assert wrong(visit(environ_overrides={"QUERY_STRING": query.decode("latin-1")})) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_that_does_not_exist_is_a_page_that_does_not_exist(readers, code: str):
    paths = [f"/{code}", f"/{code}/", f"/{code}/start/who", f"/{code}/desk/people", f"/{code}/case"]
    answers = [readers["public"].send("GET", path).status_code for path in paths]
    assert set(answers) <= {302, 303, 308, 404}


@pytest.mark.parametrize("path", PATHS)
def test_no_odd_path_leads_away_or_is_a_fault_of_ours(readers, known, path: str):
    answer = readers["public"].send("GET", "/", environ_overrides={"PATH_INFO": path, "REQUEST_URI": path})
    assert (answer.status_code < 500, off_site(answer) - known) == (True, set())


@pytest.mark.parametrize(
    "name",
    [
        "Accept-Language",
        "Cookie",
        "Accept",
        "User-Agent",
        "If-None-Match",
        "Range",
        "Referer",
        "Authentication-Token",
        "Authorization",
    ],
)
def test_nothing_in_a_header_is_a_fault_of_ours(readers, name: str):
    said = [value for value in HEADERS if name != "Cookie"] + [f"{one}={v}" for one in COOKIES for v in HEADERS]
    answers = [(v, readers["public"].send("GET", p, headers={name: v})) for v in said for p in ("/", "/en/start/who")]
    assert [(value, answer.status_code) for value, answer in answers if answer.status_code >= 500] == []
