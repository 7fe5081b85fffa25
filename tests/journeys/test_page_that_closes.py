"""A page that would close for safety says so in time, is kept open by one key, and announces it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.journey import Journey
from tests.support.serving import Portal
from tests.support.walking import Family

ALMOST = "05:56:00"  # of the six hours that an access lasts without use


def browser_of(family: Family, page: Page, base_url: str) -> None:
    """Put a family's cookies into a browser."""
    page.context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": base_url} for one in family.session.cookies]
    )


def opened(demo_portal: Portal, page: Page, language: str) -> Page:
    from_the_start = Family(demo_portal.base_url, language)
    Journey(from_the_start, language, f"closing-{language}@family.example").begin()
    browser_of(from_the_start, page, demo_portal.base_url)
    page.clock.install()
    page.goto(f"{demo_portal.base_url}/{language}/case/section/wishes")
    return page


def test_it_says_so_in_time_and_one_key_keeps_it_open(demo_portal: Portal, page_at: Callable[..., Page]):
    page = opened(demo_portal, page_at(locale="ar-IQ", timezone="Asia/Baghdad"), "ar")
    warning = page.locator(".staying")
    expect(warning).to_be_hidden()
    page.clock.fast_forward(ALMOST)
    expect(warning).to_be_visible()
    expect(page.locator('[role="status"][data-live]')).not_to_be_empty()
    page.locator(".staying button").focus()
    page.keyboard.press("Enter")
    expect(warning).to_be_hidden()
    assert page.url.endswith("/case/section/wishes")


def test_before_that_nothing_is_in_the_way(demo_portal: Portal, page_at: Callable[..., Page]):
    page = opened(demo_portal, page_at(locale="fr-FR", timezone="Europe/Paris"), "fr")
    page.clock.fast_forward("05:00:00")
    expect(page.locator(".staying")).to_be_hidden()
