"""A page that would close for safety says so in time, is kept open by one key, and announces it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.browser import open_section
from tests.support.serving import Portal

ALMOST = "05:56:00"  # of the six hours that an access lasts without use


def opened(demo_portal: Portal, page: Page, language: str) -> Page:
    page.clock.install()
    return open_section(page, demo_portal.base_url, language, f"closing-{language}@family.example", "wishes")


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
