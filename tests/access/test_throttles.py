"""Tries are counted by who tries: a stranger is stopped, and never stops a family or a colleague."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from limits import parse
from sqlalchemy import event

from portal.extensions import db
from portal.staff.views import TRIES_OF_ALL
from portal.web.limits import ADDRESS, RESUME, SIGN_IN, START, UPLOAD
from tests.access.doors import DOORS, ELSEWHERE, HOME, WRONG_CODE, WRONG_PAPER, Door, codes_mailed
from tests.access.scene import VISIT, Browser
from tests.support.visitor import Visitor

BY_ADDRESS = ["password", "second factor", "code on paper"]
FOUR_PLACES = [f"203.0.113.{number}" for number in (1, 2, 3, 4)]
EACH = 60  # more than any limit lets through
FORGED = [
    "X-Forwarded-For: {}",
    "X-Real-IP: {}",
    "Forwarded: for={}",
    "X-Client-IP: {}",
    "CF-Connecting-IP: {}",
    "True-Client-IP: {}",
]
PROXY = "10.0.0.1"


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, fresh) -> Door:
    """Each door, closed, with its secret known to the family or the colleague."""
    fresh.clock.advance(minutes=1)
    return DOORS[request.param](fresh)


def forged(line: str, address: str) -> dict[str, str]:
    name, _, value = line.format(address).partition(": ")
    return {name: value}


def through_proxy(said: str) -> dict[str, str]:
    return {"X-Forwarded-For": said}


def test_the_last_try_that_is_allowed_still_opens(door):
    browser = door.browser()
    door.knock_often(browser, door.limit - 1)
    assert door.knock(browser, right=True)


def test_one_address_is_stopped_at_the_limit(door):
    browser = door.browser()
    door.knock_often(browser, door.limit)
    assert not door.knock(browser, right=True)


@pytest.mark.parametrize("door", BY_ADDRESS, indirect=True)
def test_a_new_browser_at_the_same_address_is_stopped_too(door):
    first, second = door.browser(), door.browser()
    door.knock_often(first, door.limit)
    assert not door.knock(second, right=True)


def test_a_stranger_who_was_stopped_stops_nobody_elsewhere(door):
    family = door.browser()
    door.knock_often(door.browser(ELSEWHERE), door.limit)
    assert door.knock(family, right=True)


# Whoever comes as far as the second factor knows the password, and is no stranger: see below.
@pytest.mark.exhaustive
@pytest.mark.parametrize("door", [name for name in DOORS if name != "second factor"], indirect=True)
def test_hundreds_of_tries_from_elsewhere_stop_nobody(door):
    family = door.browser()
    for address in FOUR_PLACES:
        door.knock_often(door.browser(address), EACH)
    assert door.knock(family, right=True)


@pytest.mark.parametrize("door", ["second factor"], indirect=True)
def test_the_second_factor_ends_for_everybody_who_has_the_password_until_it_is_reset(door):
    family = door.browser()
    for number in range(TRIES_OF_ALL // 5):
        door.knock_often(door.browser(f"203.0.113.{number + 1}"), 5)
    answer = door.browser(ELSEWHERE)
    assert not door.knock(answer, right=True)
    assert not door.knock(family, right=True)
    door.stage.clock.advance(hours=24)
    assert door.knock(door.browser(), right=True)


def test_the_counters_hold_across_two_workers(door):
    first = door.browser()
    second = Browser(door.stage.worker(), {VISIT: first.cookie(VISIT)}, HOME)
    door.knock_often(first, door.limit - door.limit // 2)
    door.knock_often(second, door.limit // 2)
    assert [door.knock(browser, right=True) for browser in (first, second)] == [False, False]


def test_the_limit_of_a_form_holds_across_two_workers_and_a_restart(fresh):
    path, allowed = "/start/agree", parse(START).amount
    for number in range(allowed):
        app = fresh.app if number % 2 else fresh.worker()  # every other try meets a worker just started
        assert Browser(app, address=ELSEWHERE).post(path).status_code != 429
    assert Browser(fresh.app, address=ELSEWHERE).post(path).status_code == 429
    assert Browser(fresh.app, address=HOME).post(path).status_code != 429


def test_who_comes_too_often_is_told_how_long_to_wait_and_it_is_no_longer(fresh):
    for _ in range(parse(RESUME).amount):
        paper_try(Browser(fresh.app))
    stopped = Browser(fresh.app).post_again("/resume", case_code=WRONG_PAPER)
    fresh.clock.advance(seconds=int(stopped.headers["Retry-After"]))
    again = paper_try(Browser(fresh.app))
    assert (stopped.status_code, "In an hour at most" in stopped.text, again) == (429, True, 200)


@pytest.mark.parametrize("one", sorted({START, RESUME, ADDRESS, SIGN_IN, UPLOAD}))
def test_each_limit_is_for_an_hour_as_the_page_says(one):
    assert parse(one).get_expiry() == 3600


@pytest.mark.parametrize("door", BY_ADDRESS, indirect=True)
@pytest.mark.parametrize("header", FORGED)
def test_a_forged_header_gives_no_more_tries(door, header):
    browser = door.browser()
    for number in range(door.limit):
        door.knock(browser, headers=forged(header, f"192.0.2.{number}"))
    assert not door.knock(browser, right=True, headers=forged(header, "192.0.2.99"))


@pytest.mark.parametrize("door", BY_ADDRESS, indirect=True)
def test_forged_headers_use_up_nobodys_tries(door):
    family, stranger = door.browser(), door.browser(ELSEWHERE)
    headers = {name: value for line in FORGED for name, value in forged(line, HOME).items()}
    for _ in range(door.limit + 1):
        door.knock(stranger, headers=headers)
    assert door.knock(family, right=True)


@pytest.mark.parametrize("door", BY_ADDRESS, indirect=True)
def test_behind_one_proxy_only_what_it_says_itself_counts(door):
    browser = door.browser(PROXY, door.stage.worker(proxy_hops=1))
    for number in range(door.limit):
        door.knock(browser, headers=through_proxy(f"192.0.2.{number}, 127.0.0.1, {ELSEWHERE}"))
    assert not door.knock(browser, right=True, headers=through_proxy(ELSEWHERE))


@pytest.mark.parametrize("door", BY_ADDRESS, indirect=True)
def test_behind_one_proxy_a_stranger_who_names_anothers_address_stops_only_itself(door):
    browser = door.browser(PROXY, door.stage.worker(proxy_hops=1))
    for _ in range(door.limit):
        door.knock(browser, headers=through_proxy(f"{HOME}, {ELSEWHERE}"))
    assert door.knock(browser, right=True, headers=through_proxy(HOME))


@pytest.mark.parametrize("door", ["code on paper"], indirect=True)
@pytest.mark.parametrize("header", [line for line in FORGED if "Forwarded-For" not in line])
def test_behind_one_proxy_other_headers_change_nothing(door, header):
    browser = door.browser(PROXY, door.stage.worker(proxy_hops=1))
    for number in range(door.limit):
        door.knock(browser, headers=through_proxy(ELSEWHERE) | forged(header, f"192.0.2.{number}"))
    assert not door.knock(browser, right=True, headers=through_proxy(ELSEWHERE) | forged(header, HOME))


@pytest.mark.parametrize("door", ["password", "code on paper"], indirect=True)
def test_the_addresses_of_one_line_are_one_requester(door):
    for number in range(door.limit):  # whoever has one address of IPv6 has 2 to the 64
        door.knock(door.browser(f"2001:db8:1:2::{number:x}"))
    assert not door.knock(door.browser("2001:db8:1:2:ffff::1"), right=True)


@pytest.mark.parametrize("door", ["password", "code on paper"], indirect=True)
def test_after_a_while_the_same_address_may_try_again(door):
    browser = door.browser()
    door.knock_often(browser, door.limit + 5)
    door.stage.clock.advance(minutes=15 if door.limit == 10 else 60)
    assert door.knock(browser, right=True)


def test_after_five_wrong_codes_no_code_of_the_same_request_opens(fresh):
    fresh.clock.advance(minutes=1)
    Visitor(fresh.app).begin(fresh.names["email A"])  # a second case of the same parent: one request, two codes
    browser = Browser(fresh.app, address=HOME)
    browser.post("/resume", contact_email=fresh.names["email A"])
    codes = codes_mailed(fresh)
    for _ in range(5):
        browser.post("/resume/code", code=WRONG_CODE)
    opened = [code for code in codes if browser.post("/resume/code", code=code).status_code == 303]
    assert (len(codes), opened) == (2, [])


def test_hundreds_of_strangers_requests_for_a_way_back_leave_the_familys_own(fresh):
    for address in FOUR_PLACES:
        stranger = Browser(fresh.app, address=address)
        for _ in range(EACH):
            stranger.post_again("/resume", contact_email=fresh.names["email A"])
    family = DOORS["mailed code"](fresh)
    assert family.knock(family.browser(), right=True)


@contextmanager
def just_before(app: Flask, statement: str, happens: Callable[[], object]) -> Iterator[None]:
    """Let something happen, once, just before the database is told a statement that begins so."""
    waiting = [happens]

    def note(_connection, _cursor, told: str, *_more: object) -> None:
        if told.startswith(statement) and waiting:
            waiting.pop()()

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield
    event.remove(engine, "before_cursor_execute", note)
    assert waiting == [], f"the database was never told {statement}"


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # SQLite has one writer at a time
def test_two_first_tries_at_the_same_moment_are_both_answered(app, clock, make_app):
    other = make_app()
    other.extensions["portal"].clock = clock
    first, second, answers = Browser(app), Browser(other), []
    with just_before(app, "INSERT INTO throttle", lambda: answers.append(paper_try(second))):
        answers.append(paper_try(first))
    assert answers == [200, 200]


def paper_try(browser: Browser) -> int:
    return browser.post_again("/resume", case_code=WRONG_PAPER).status_code
