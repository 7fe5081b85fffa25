"""A mailed link ends after many wrong codes, whoever tried: codes cannot be guessed from many places at once."""

import pytest

from portal.cases.rules import TRIES, TRIES_OF_ALL
from tests.access.doors import DOORS, HOME, MailedLink
from tests.access.test_alike import plain

PLACES = [f"203.0.113.{number + 1}" for number in range(TRIES_OF_ALL // TRIES)]


@pytest.fixture
def link(fresh) -> MailedLink:
    """A link that a family has by mail, and a stranger too."""
    return DOORS["mailed link"](fresh)


def test_so_many_are_enough_for_a_family_and_too_few_for_a_guess():
    assert (TRIES, TRIES_OF_ALL) == (5, 50)


def test_after_fifty_wrong_codes_from_anywhere_the_right_one_is_too_late(link):
    for place in PLACES:
        link.knock_often(link.browser(place), TRIES)
    assert not link.knock(link.browser(HOME), right=True)


def test_after_one_less_it_still_opens(link):
    for place in PLACES[:-1]:
        link.knock_often(link.browser(place), TRIES)
    link.knock_often(link.browser(PLACES[-1]), TRIES - 1)
    assert link.knock(link.browser(HOME), right=True)


def test_a_try_that_is_not_judged_does_not_count(link):
    for place in PLACES[:-1]:
        link.knock_often(link.browser(place), TRIES * 3)
    assert link.knock(link.browser(HOME), right=True)


def test_a_link_that_ended_so_looks_like_one_that_never_was(fresh, link):
    for place in PLACES:
        link.knock_often(link.browser(place), TRIES)
    made_up = fresh.browser("nobody").post(f"/resume/{fresh.names['made-up link']}", code="000000")
    assert plain(link.ask(link.browser(HOME), right=False, headers=None)) == plain(made_up)


def test_a_family_whose_link_ended_so_asks_for_another_and_comes_in(fresh, link):
    for place in PLACES:
        link.knock_often(link.browser(place), TRIES)
    another = DOORS["mailed code"](fresh)
    assert another.knock(another.browser(), right=True)
