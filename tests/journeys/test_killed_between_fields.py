"""A real browser fills in a page; the portal is killed between two fields, and started again. No word is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import open_section
from tests.support.serving import Portal, flask_command, start_web

SAVED = '.saving:is([data-state="saved"], [data-state="more"])'
FAILED = '.saving[data-state="failed"]'
HOPES, TOPIC = "Ce que nous espérons, en une phrase.", '[name="goals"][value="clinical_trials"]'


@pytest.fixture
def portal(serve: Callable[..., Portal]) -> Portal:
    """A portal of this test's own: it is killed."""
    return serve()


def wishes(page_at: Callable[..., Page], portal: Portal, email: str) -> Page:
    return open_section(page_at(locale="fr-FR", timezone="Europe/Paris"), portal.base_url, "fr", email, "wishes")


def type_hopes(page: Page) -> None:
    page.locator('[name="hopes"]').fill(HOPES)
    page.locator('[name="hopes"]').blur()
    expect(page.locator(SAVED)).to_have_count(1)


def start_again(portal: Portal) -> Portal:
    port = int(portal.base_url.rpartition(":")[2])
    return start_web(flask_command("serve"), portal.environment, portal.instance, portal.log, port)


def test_a_portal_that_is_killed_between_two_fields_loses_no_word(portal: Portal, page_at: Callable[..., Page]):
    page = wishes(page_at, portal, "killed@family.example")
    type_hopes(page)
    portal.kill()
    page.locator(TOPIC).check()
    expect(page.locator(FAILED)).to_have_count(1)
    again = start_again(portal)
    try:
        page.locator('[name="travel_ok"][value="yes"]').check()
        expect(page.locator(SAVED)).to_have_count(1)
        page.goto(f"{portal.base_url}/fr/case/section/wishes")
        expect(page.locator('[name="hopes"]')).to_have_value(HOPES)
        expect(page.locator(TOPIC)).to_be_checked()
        expect(page.locator('[name="travel_ok"][value="yes"]')).to_be_checked()
    finally:
        again.stop()


def test_nothing_is_kept_in_the_browser(demo_portal: Portal, page_at: Callable[..., Page]):
    page = wishes(page_at, demo_portal, "nothing-kept@family.example")
    type_hopes(page)
    stores = ["localStorage.length", "sessionStorage.length", "(await indexedDB.databases()).length"]
    kept = page.evaluate(f"async () => [{', '.join(stores)}, (await caches.keys()).length]")
    assert kept == [0, 0, 0, 0]


def test_a_branch_opens_and_closes_while_the_page_is_open(demo_portal: Portal, page_at: Callable[..., Page]):
    page = wishes(page_at, demo_portal, "branch@family.example")
    page.locator('[name="goals"][value="cell_therapy_questions"]').check()
    expect(page.locator('[data-code="told_expectation"]')).to_have_count(1)
    page.locator('[name="goals"][value="cell_therapy_questions"]').uncheck()
    page.locator(TOPIC).check()
    expect(page.locator('[data-code="told_expectation"]')).to_have_count(0)
