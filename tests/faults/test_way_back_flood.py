"""Many who ask for the way back to one family: its mailbox is spared, and the family gets in all the same."""

from datetime import timedelta

import pytest
from limits import parse

from portal.cases.service import access
from portal.mail.letter import Letter
from portal.web.limits import RESUME
from tests.access.scene import Browser
from tests.support.application import Clock
from tests.support.visitor import Visitor

pytestmark = pytest.mark.parametrize(
    "database_kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.exhaustive)], indirect=True
)

FAMILY, NEIGHBOUR = "parent@family.example", "neighbour@family.example"
ADDRESSES = 60
ENOUGH = 12  # letters in an hour: more than any family asks for, fewer than make a mailbox useless
SOON = timedelta(minutes=15)  # how long a family may have to wait for its letter while somebody floods its mailbox


@pytest.fixture
def families(app, clock: Clock) -> Visitor:
    """Two families, told of their beginning; returns the first's browser, whose worker sends everything."""
    Visitor(app).begin(NEIGHBOUR)
    first = Visitor(app).begin(FAMILY)
    first.work()
    first.carrier.carried.clear()
    return first


def mailed(families: Visitor, to: str = FAMILY) -> list[Letter]:
    """The letters with a way back that have been sent to an address."""
    return [one for _id, one in families.work().carried if (one.kind, one.recipient) == ("way_back", to)]


def code_in(letter: Letter) -> str:
    return next(word for word in letter.text.split() if word.isdecimal() and len(word) == 6)


def ask(families: Visitor, address: str, email: str = FAMILY) -> Browser:
    """One browser at one place of the network asks for a way back."""
    browser = Browser(families.app, address=address)
    browser.post("/resume", contact_email=email)
    return browser


def flood(families: Visitor, clock: Clock, addresses: int = ADDRESSES) -> None:
    """Strangers all over the network ask within half an hour, while a worker sends what is due."""
    for number in range(addresses):
        ask(families, f"203.0.{113 + number // 250}.{number % 250 + 1}")
        families.work()
        clock.advance(seconds=1800 / addresses)


def test_one_address_can_ask_so_often_in_an_hour_and_no_more(families):
    browser, allowed = Browser(families.app, address="203.0.113.9"), parse(RESUME).amount
    answers = [browser.post_again("/resume", contact_email="x@family.example").status_code for _ in range(allowed + 1)]
    assert answers == [303] * allowed + [429]


def test_one_address_that_asks_all_the_time_does_not_fill_a_mailbox(families):
    browser = Browser(families.app, address="203.0.113.9")
    for _ in range(parse(RESUME).amount):
        browser.post_again("/resume", contact_email=FAMILY)
        families.work()
    assert len(mailed(families)) <= ENOUGH


def test_many_addresses_that_ask_do_not_fill_a_mailbox(families, clock):
    flood(families, clock)
    assert 1 <= len(mailed(families)) <= ENOUGH


def test_the_family_still_gets_a_letter_soon_and_its_code_opens_where_it_asked(families, clock):
    flood(families, clock)
    own = ask(families, "198.51.100.1")
    clock.advance(seconds=SOON.total_seconds())
    code = code_in(mailed(families)[-1])
    assert own.post("/resume/code", code=code).headers.get("Location") == "/en/case"


def test_wrong_codes_of_strangers_who_asked_too_use_up_none_of_the_familys_tries(families, clock):
    strangers = [ask(families, f"203.0.113.{number + 1}") for number in range(3)]
    own = ask(families, "198.51.100.1")
    code = code_in(mailed(families)[-1])
    for stranger in strangers:
        for _ in range(10):
            stranger.post("/resume/code", code="000000" if code != "000000" else "000001")
    assert own.post("/resume/code", code=code).headers.get("Location") == "/en/case"


def test_guesses_from_everywhere_end_and_the_link_in_the_letter_still_opens(families, monkeypatch):
    monkeypatch.setattr(access, "MOST_GUESSES", 20)
    strangers = [ask(families, f"203.0.113.{number + 1}") for number in range(5)]
    lucky, own = ask(families, "203.0.113.99"), ask(families, "198.51.100.1")
    letter = mailed(families)[-1]
    code = code_in(letter)
    for stranger in strangers:
        for _ in range(4):
            stranger.post("/resume/code", code="000000" if code != "000000" else "000001")
    assert lucky.post("/resume/code", code=code).status_code == 200
    assert own.post("/resume/code", code=code).status_code == 200
    link = next(word for word in letter.text.split() if "/resume/" in word).partition("/en")[2]
    assert own.post(link, code=code).headers.get("Location") == "/en/case"


def test_a_flood_of_one_mailbox_delays_no_other_familys_letter(families, clock):
    flood(families, clock)
    ask(families, "198.51.100.7", NEIGHBOUR)
    assert len(mailed(families, NEIGHBOUR)) == 1


def test_whoever_asks_is_answered_the_same_whether_or_not_a_letter_goes_out(families, clock):
    flood(families, clock)
    flooded, fresh, unknown = (
        Browser(families.app, address=f"198.51.100.{number}").post("/resume", contact_email=email)
        for number, email in enumerate((FAMILY, NEIGHBOUR, "nobody@family.example"), 20)
    )
    seen = {(one.status_code, one.headers["Location"], one.text) for one in (flooded, fresh, unknown)}
    assert len(seen) == 1


def test_after_the_flood_a_letter_comes_at_once_again(families, clock):
    flood(families, clock)
    clock.advance(hours=2)
    before = len(mailed(families))
    ask(families, "198.51.100.1")
    assert len(mailed(families)) - before == 1


def test_a_form_that_is_sent_twice_mails_one_letter(families):
    browser = Browser(families.app, address="198.51.100.1")
    page = Visitor.page(families, browser.open("/resume"))
    fields = dict(page.form("contact_email").fields) | {"contact_email": FAMILY}
    for _ in range(3):
        browser.client.post("/en/resume", data=fields)
    assert len(mailed(families)) == 1
