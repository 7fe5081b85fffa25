"""A real browser fills in a page; the portal is killed between two fields, and started again. No word is lost."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.support.journey import CONSENTS, WHO
from tests.support.serving import Portal, flask_command, start_web

SAVED = '.saving:is([data-state="saved"], [data-state="more"])'
FAILED = '.saving[data-state="failed"]'
HOPES, TOPIC = "Ce que nous espérons, en une phrase.", '[name="goals"][value="clinical_trials"]'


@pytest.fixture
def portal(serve: Callable[..., Portal]) -> Portal:
    """A portal of this test's own: it is killed."""
    return serve()


def begin(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}/fr/start/who")
    for name, value in WHO.items():
        page.locator(f'#main-form [name="{name}"][value="{value}"]').check()
    page.locator("#main-form button.primary").click()
    for name, value in CONSENTS.items():
        page.locator(f'#main-form [name="{name}"]').set_checked(bool(value))
    page.locator('#main-form [name="contact_email"]').fill("parent@family.example")
    page.locator("#main-form button.primary").click()


def start_again(portal: Portal) -> Portal:
    port = int(portal.base_url.rpartition(":")[2])
    return start_web(flask_command("serve"), portal.environment, portal.instance, portal.log, port)


def test_a_portal_that_is_killed_between_two_fields_loses_no_word(portal: Portal, page_at: Callable[..., Page]):
    page = page_at(locale="fr-FR", timezone="Europe/Paris")
    begin(page, portal.base_url)
    page.goto(f"{portal.base_url}/fr/case/section/wishes")
    page.locator('[name="hopes"]').fill(HOPES)
    page.locator('[name="hopes"]').blur()
    expect(page.locator(SAVED)).to_have_count(1)
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


def test_nothing_is_kept_in_the_browser(portal: Portal, page_at: Callable[..., Page]):
    page = page_at(locale="fr-FR", timezone="Europe/Paris")
    begin(page, portal.base_url)
    page.goto(f"{portal.base_url}/fr/case/section/wishes")
    page.locator('[name="hopes"]').fill(HOPES)
    page.locator('[name="hopes"]').blur()
    expect(page.locator(SAVED)).to_have_count(1)
    stores = ["localStorage.length", "sessionStorage.length", "(await indexedDB.databases()).length"]
    kept = page.evaluate(f"async () => [{', '.join(stores)}, (await caches.keys()).length]")
    assert kept == [0, 0, 0, 0]


def test_a_branch_opens_and_closes_while_the_page_is_open(portal: Portal, page_at: Callable[..., Page]):
    page = page_at(locale="fr-FR", timezone="Europe/Paris")
    begin(page, portal.base_url)
    page.goto(f"{portal.base_url}/fr/case/section/wishes")
    page.locator('[name="goals"][value="cell_therapy_questions"]').check()
    expect(page.locator('[data-code="told_expectation"]')).to_have_count(1)
    page.locator('[name="goals"][value="cell_therapy_questions"]').uncheck()
    page.locator(TOPIC).check()
    expect(page.locator('[data-code="told_expectation"]')).to_have_count(0)
