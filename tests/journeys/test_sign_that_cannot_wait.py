"""A sign that cannot wait is ticked while the page is open: what to do stands there at once, in every language."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from portal.i18n import LANGUAGES
from portal.pages.library import find
from tests.support.browser import axe_violations, open_section
from tests.support.serving import Portal

EVERY_LANGUAGE = [pytest.param(one.code, marks=[] if one.code == "ar" else pytest.mark.exhaustive) for one in LANGUAGES]


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_what_to_do_stands_there_at_once(demo_portal: Portal, page_at: Callable[..., Page], language: str):
    page = open_section(page_at(), demo_portal.base_url, language, f"sign-{language}@family.example", "safety")
    notice = page.locator("[data-urgent]")
    expect(notice).to_be_hidden()
    page.locator("input[name=red_flags][value=hard_to_breathe] + label").click()
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("112")
    expect(notice.get_by_role("heading")).to_have_text(find("urgent-short", language).title)
    expect(notice).to_be_focused()
    expect(notice.get_by_role("link")).to_have_attribute("href", f"/{language}/case/first")
    assert axe_violations(page) == []
