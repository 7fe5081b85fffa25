"""A page that would close for safety says so in time, is kept open by one key, and announces it."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.support.browser import open_section
from tests.support.inbox import text_of_letter, wait_for_letter
from tests.support.serving import Portal

ALMOST = "05:56:00"  # of the six hours that an access lasts without use


def opened(demo_portal: Portal, page: Page, language: str) -> Page:
    page.clock.install()
    return open_section(page, demo_portal.base_url, language, f"closing-{language}@family.example", "wishes")


def way_in(page: Page, portal: Portal, email: str) -> str:
    """Ask for a code where the page leads; what the letter says."""
    page.locator('[name="contact_email"]').fill(email)
    page.locator("#main-form .button").last.click()
    expect(page.locator('[name="code"]')).to_be_visible()
    letter = wait_for_letter(portal.instance, "way_back", email)
    return next(word for word in text_of_letter(letter).split() if word.isdigit() and len(word) == 6)


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


def test_when_it_cannot_be_kept_longer_it_says_so_and_offers_nothing(demo_portal: Portal, page_at: Callable[..., Page]):
    page = opened(demo_portal, page_at(locale="en-GB", timezone="Europe/London"), "en")
    until = page.locator("[data-open-until]").get_attribute("data-open-until")
    page.route("**/case/stay", lambda route: route.fulfill(json={"until": until, "last": True}))
    page.clock.fast_forward(ALMOST)
    warning = page.locator(".staying")
    expect(warning.get_by_text("Please save now")).to_be_hidden()
    warning.locator("button").click()
    expect(warning.get_by_text("Please save now")).to_be_visible()
    expect(warning.locator("button")).to_be_hidden()
    expect(page.locator('[role="status"][data-live]')).to_contain_text("Please save now")
    assert page.evaluate("document.activeElement.className") == "staying"


def test_on_its_last_day_it_never_offers_it(demo_portal: Portal, page_at: Callable[..., Page]):
    page = opened(demo_portal, page_at(locale="tr-TR", timezone="Europe/Istanbul"), "tr")
    page.locator("[data-open-until]").evaluate("one => one.toggleAttribute('data-last', true)")
    page.clock.fast_forward(ALMOST)
    expect(page.locator(".staying")).to_be_visible()
    expect(page.locator(".staying button")).to_be_hidden()


def test_before_that_nothing_is_in_the_way(demo_portal: Portal, page_at: Callable[..., Page]):
    page = opened(demo_portal, page_at(locale="fr-FR", timezone="Europe/Paris"), "fr")
    page.clock.fast_forward("05:00:00")
    expect(page.locator(".staying")).to_be_hidden()
    # And once it has closed all the same: what is typed is kept at each field, and the page says so.
    page.context.clear_cookies()
    status, way_back = page.locator(".saving"), page.locator("[data-way-back] a")
    expect(way_back).to_be_hidden()
    for number, words in enumerate(("Nos espoirs", "Nos espoirs, en une phrase")):
        page.locator('[name="hopes"]').fill(words)
        with page.expect_response("**/by-the-way") as answered:
            page.locator('[name="hopes"]').blur()
        assert answered.value.json()["kept"], number
        expect(status).to_have_attribute("data-state", "late")
        expect(way_back).to_be_visible()
    way_back.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.url.endswith("/fr/resume?kept=1")
    code = way_in(page, demo_portal, "closing-fr@family.example")
    page.locator('[name="code"]').fill(code)
    page.locator("#main-form .button").last.click()
    expect(page.locator('[name="hopes"]')).to_have_value("Nos espoirs, en une phrase")
