"""In a browser: a kept time is free once its page is left, and kept again when the page comes back."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import bring_cookies
from tests.support.journey import Journey
from tests.support.serving import Portal
from tests.support.walking import Family

PATIENCE = 10


@dataclass
class Choosing:
    """A family whose browser shows a time that is kept for it; beside it the same family without a browser."""

    page: Page
    family: Family

    def mark(self) -> str:
        """Which keeping of the time the office knows; empty where it keeps none. Asked without changing it."""
        return self.family.open("/en/case/book/confirm").by_id("kept").get("data-mark", "")

    def is_freed(self) -> bool:
        """Whether the time is free within a while: what a page says as it goes, no test can wait for."""
        deadline = time.monotonic() + PATIENCE
        while self.mark() and time.monotonic() < deadline:
            pass
        return not self.mark()

    def is_kept_again(self, by: Callable[[], object]) -> bool:
        """Whether a page that comes back says that the time is kept, and the office keeps it."""
        with self.page.expect_response("**/case/book/keep"):
            by()
        expect(self.page.locator("#kept [data-when=kept]")).to_be_visible()
        return bool(self.mark())


@pytest.fixture
def choosing(demo_portal: Portal, page_at: Callable[..., Page], request: pytest.FixtureRequest) -> Choosing:
    """The first free time is kept."""
    family = Family(demo_portal.base_url, "en")
    journey = Journey(family, "en", f"{request.node.name[:40]}@family.example")
    journey.begin()
    journey.answer("person")
    page = page_at(timezone="Europe/Paris")
    bring_cookies(page, family)
    page.goto(f"{demo_portal.base_url}/en/case/book")
    page.locator('#main-form [name="slot"]').first.check()
    with page.expect_navigation():
        page.locator("#main-form button.primary").click()
    return Choosing(page, family)


def test_left_by_a_link_the_time_is_free(choosing):
    choosing.page.locator(".urgent-top").click()
    assert choosing.is_freed()


def test_back_again_it_is_kept_as_before(choosing):
    choosing.page.locator(".urgent-top").click()
    choosing.page.wait_for_url("**/urgent")
    assert choosing.is_freed()
    assert choosing.is_kept_again(choosing.page.go_back)


def test_when_the_window_is_closed_the_time_is_free(choosing):
    choosing.page.close(run_before_unload=True)
    assert choosing.is_freed()


def test_loaded_again_it_stays_kept(choosing):
    before = choosing.mark()
    assert choosing.is_kept_again(choosing.page.reload)
    assert choosing.mark() > before


def test_while_its_page_is_used_it_is_kept_for_longer(choosing):
    choosing.page.clock.install()
    assert choosing.is_kept_again(choosing.page.reload)
    before = choosing.mark()
    choosing.page.keyboard.press("Tab")
    with choosing.page.expect_response("**/case/book/keep"):
        choosing.page.clock.fast_forward("04:01")
    assert choosing.mark() > before


def test_a_button_is_no_leaving(choosing):
    before = choosing.mark()
    with choosing.page.expect_navigation():
        choosing.page.locator("#main-form button.primary").click()
    assert (choosing.page.locator("#problems").count(), choosing.mark()) == (1, before)


def test_a_page_that_is_only_hidden_is_not_left(choosing):
    before = choosing.mark()
    choosing.page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")
    choosing.page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
    assert choosing.mark() == before


def test_taken_meanwhile_it_leads_to_the_nearest_others(choosing):
    choosing.page.locator(".urgent-top").click()
    choosing.page.wait_for_url("**/urgent")
    # All three coordinators have the time; that none of them is free is for the tests of booking to make.
    gone = {"until": None, "next": "/en/case/book?gone=h0000-14"}
    choosing.page.route("**/case/book/keep", lambda route: route.fulfill(json=gone))
    choosing.page.go_back()
    choosing.page.wait_for_url("**/case/book?gone=*")
    expect(choosing.page.locator("main")).to_contain_text("not free any more")
