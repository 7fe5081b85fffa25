"""A calendar's page has three forms: with scripts a language's button takes along the one that was typed into last."""

from collections.abc import Callable

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Page

from tests.support.browser import bring_cookies
from tests.support.serving import Portal
from tests.support.walking import Family


@pytest.fixture(scope="module")
def admin(demo_portal: Portal) -> Family:
    """An admin of the demo, signed in."""
    one, desk = demo_portal.person("admin"), Family(demo_portal.base_url, "en")
    desk.open("/en/desk/sign-in")
    desk.submit({"email": one["email"], "password": one["password"]})
    desk.submit({"code": str(TOTP(key=one["totp_secret"]).generate().token)})
    return desk


@pytest.fixture
def calendar(admin: Family, page_at: Callable[..., Page]) -> Page:
    """A coordinator's calendar, before the admin."""
    page = page_at(1200, 900)
    bring_cookies(page, admin)
    page.goto(f"{admin.base_url}/en/desk/slots")
    with page.expect_navigation():
        page.locator('a[href*="/desk/calendars/"]:not([href$="/clinic"])').first.click()
    return page


def switch(page: Page, language: str) -> None:
    with page.expect_navigation():
        page.locator(f"button.language[value={language}]").click()


def test_another_language_keeps_days_that_are_typed(calendar):
    calendar.fill("#days-form [name=first]", "2027-06-01")
    switch(calendar, "fr")
    calendar.fill("#days-form [name=last]", "2027-06-02")
    switch(calendar, "tr")
    kept = [calendar.input_value(f"#days-form [name={name}]") for name in ("first", "last")]
    assert (calendar.locator("html").get_attribute("lang"), kept) == ("tr", ["2027-06-01", "2027-06-02"])


def test_enter_presses_the_button_of_the_form_that_is_typed_into(calendar):
    calendar.fill("#main-form [name=horizon]", "7")
    calendar.fill("#days-form [name=first]", "2027-06-01")
    with calendar.expect_navigation():
        calendar.press("#days-form [name=last]", "Enter")
    assert calendar.url.endswith("/days")  # refused in its own words: nothing says what these days are
