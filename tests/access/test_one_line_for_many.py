"""Many families may share one address, of a hospital or a mobile network: right codes use up nobody's tries."""

import pytest

from portal.family.views.arriving import CODES_AN_HOUR, MANY_TRIES
from tests.access.doors import DOORS, HOME, WRONG_CODE, Door, MailedCode, MailedLink, Paper
from tests.access.scene import Browser
from tests.support.application import both_in_full
from tests.support.pages import Page
from tests.support.visitor import Visitor

FAMILIES = {"code on paper": "case_code", "mailed link": "code", "mailed code": "code"}


@pytest.fixture
def paper(fresh) -> Paper:
    return Paper(fresh, CODES_AN_HOUR)


def said(door: Door, browser: Browser, right: bool) -> dict[str, str]:
    answer = door.ask(browser, right, None)
    return Page("http://localhost", answer.text, answer.status_code).errors


def use_up_the_tries(paper: Paper) -> None:
    paper.knock_often(paper.browser(), CODES_AN_HOUR)


@both_in_full
def test_each_right_code_opens_however_many_came_before(app, clock):
    first = Visitor(app).begin(email="")
    code = next(word for word in first.page(first.open("/start/code")).main.split() if word.count("-") == 2)
    opened = [Visitor(app).post("/resume", case_code=code).status_code for _ in range(CODES_AN_HOUR + 5)]
    assert opened == [303] * (CODES_AN_HOUR + 5)


def test_a_right_code_of_ones_own_gives_no_more_tries_at_those_of_others(paper):
    stranger = paper.browser()
    for _ in range(CODES_AN_HOUR // 4):
        paper.knock_often(stranger, 4)
        paper.knock(paper.browser(), right=True)
    assert not paper.knock(paper.browser(), right=True)


@pytest.mark.parametrize("name", FAMILIES)
def test_over_the_limit_right_and_wrong_codes_are_told_the_same_and_to_wait(fresh, paper, name):
    fresh.clock.advance(minutes=1)
    door = DOORS[name](fresh)
    browser = door.browser()
    use_up_the_tries(paper)
    told = [said(door, browser, right) for right in (True, False)]
    assert told == [{FAMILIES[name]: MANY_TRIES}] * 2


def test_after_the_hour_the_link_in_the_message_still_sends_a_code_that_opens(fresh, paper):
    use_up_the_tries(paper)
    fresh.clock.advance(minutes=60)
    link = MailedLink(fresh, 5)
    browser = link.browser()
    browser.post(f"/resume/{fresh.names['link A']}", anew="1")
    code = MailedCode(fresh, 5)
    assert code.knock(code.browser(), right=True)


def test_a_link_that_takes_no_more_codes_from_here_says_so_to_the_right_one_too(fresh):
    fresh.clock.advance(minutes=1)
    door = DOORS["mailed link"](fresh)
    browser = door.browser(HOME)
    door.knock_often(browser, door.limit)
    told = [said(door, browser, right)["code"] for right in (True, False)]
    assert (told[0] == told[1], "no longer valid" in told[0], WRONG_CODE in told[0]) == (True, True, False)
