"""Two tabs disagree, or the line is weak: what is typed further down is kept, and the reader sees how it stands."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import axe_violations, open_section, sideways_scroll
from tests.support.serving import Portal

CONFLICT, FAILED = '.saving[data-state="conflict"]', '.saving[data-state="failed"]'
HOPES, TRAVEL, TOPIC = '[name="hopes"]', '[name="travel_ok"][value="yes"]', '[name="goals"][value="clinical_trials"]'
TOO_LONG_TO_OUTLIVE_A_PAGE = 70_000


def wishes(portal: Portal, page: Page, language: str, who: str) -> Page:
    return open_section(page, portal.base_url, language, f"{who}-{language}@family.example", "wishes")


def save(page: Page, doing: Callable[[], object]) -> int:
    """Do something that saves the page, and wait until the server has answered."""
    with page.expect_response("**/by-the-way") as answered:
        doing()
    return answered.value.status


def say(page: Page, words: str) -> int:
    page.locator(HOPES).fill(words)
    return save(page, page.locator(HOPES).blur)


def is_seen(page: Page, selector: str) -> bool:
    """Whether all of it stands in the window, wherever the page is scrolled to."""
    box = page.locator(selector).bounding_box()
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def covered(page: Page) -> str:
    """What lies over the middle of the field that has the focus; empty where nothing does."""
    return page.evaluate(
        """() => {
            const field = document.activeElement, box = field.getBoundingClientRect();
            const met = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            return field.parentNode.contains(met) ? "" : met?.outerHTML || "outside";
        }"""
    )


def test_after_a_disagreement_what_is_ticked_further_down_is_kept(demo_portal: Portal, page_at: Callable[..., Page]):
    page = wishes(demo_portal, page_at(), "fr", "two-tabs")
    other = page.context.new_page()
    other.goto(page.url)
    assert (say(other, "Les nôtres"), say(page, "Les miens")) == (200, 409)
    expect(page.locator(CONFLICT)).to_be_visible()
    save(page, page.locator(TRAVEL).check)
    page.reload()  # and now it shows both versions
    expect(page.locator(HOPES)).to_have_value("Les miens")
    expect(page.locator(TRAVEL)).to_be_checked()
    save(page, page.locator(TOPIC).check)
    page.reload()
    expect(page.locator(TOPIC)).to_be_checked()
    expect(page.locator('[name="_choose.hopes"]')).to_have_count(2)


def test_a_page_that_disagrees_knows_how_long_it_is_open(demo_portal: Portal, page_at: Callable[..., Page]):
    page = wishes(demo_portal, page_at(), "en", "open-until")
    other = page.context.new_page()
    other.goto(page.url)
    say(other, "Ours")
    stay = page.locator("[data-open-until]")
    stay.evaluate("one => { one.dataset.openUntil = 'of an hour ago'; one.dataset.last = ''; }")
    page.locator(HOPES).fill("Mine")
    with page.expect_response("**/by-the-way") as answered:
        page.locator(HOPES).blur()
    assert answered.value.status == 409
    expect(stay).to_have_attribute("data-open-until", answered.value.json()["until"])
    expect(stay).not_to_have_attribute("data-last")


@pytest.fixture
def hanging(demo_portal: Portal, page_at: Callable[..., Page]) -> Iterator[Page]:
    """A page at the width of a small phone, right to left, whose saves are never answered."""
    page = page_at(360, 640, locale="ar-IQ", timezone="Asia/Baghdad")
    page.clock.install()
    wishes(demo_portal, page, "ar", "hanging")
    page.route("**/by-the-way", lambda route: None)
    with page.expect_request("**/by-the-way"):
        page.locator(TOPIC).check()
    yield page
    page.unroute_all(behavior="ignoreErrors")


def test_a_save_that_hangs_is_given_up_and_said_where_the_reader_is(hanging: Page):
    page = hanging
    page.clock.fast_forward(15_000)
    expect(page.locator(FAILED)).to_be_visible()
    assert is_seen(page, FAILED)
    hidden = [covered(page)]
    for _ in range(12):
        page.keyboard.press("Tab")
        hidden.append(covered(page))
    assert (set(hidden), is_seen(page, FAILED)) == ({""}, True)
    assert (axe_violations(page), sideways_scroll(page)) == ([], 0)


def test_a_button_waits_for_it_no_longer_than_two_seconds(hanging: Page):
    page, here = hanging, hanging.url
    page.locator(HOPES).fill("ما نأمله")
    with page.expect_navigation():
        page.locator("#main-form .actions .primary").click()
        page.clock.fast_forward(2_000)
    page.goto(here)
    expect(page.locator(HOPES)).to_have_value("ما نأمله")


def test_one_that_arrives_after_the_button_is_too_late(hanging: Page):
    page, here = hanging, hanging.url
    with page.expect_request("**/by-the-way") as held:  # the second one: the first has been given up
        page.clock.fast_forward(15_000)
        page.clock.fast_forward(10_000)
    page.locator(HOPES).fill("ما نأمله")
    page.locator(TOPIC).uncheck()
    with page.expect_navigation():
        page.locator("#main-form .actions .primary").click()
        page.clock.fast_forward(2_000)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    late = page.request.post(held.value.url, data=held.value.post_data, headers=form)
    page.goto(here)
    expect(page.locator(HOPES)).to_have_value("ما نأمله")
    expect(page.locator(TOPIC)).not_to_be_checked()
    assert late.status == 200


def test_what_is_pasted_is_not_cut(demo_portal: Portal, page_at: Callable[..., Page]):
    page = wishes(demo_portal, page_at(), "tr", "pasted")
    page.locator(HOPES).focus()
    page.keyboard.insert_text("u" * TOO_LONG_TO_OUTLIVE_A_PAGE)
    save(page, page.locator(HOPES).blur)
    expect(page.locator('[data-code="hopes"] [data-note]')).to_contain_text("1000")
    page.reload()
    assert len(page.locator(HOPES).input_value()) == TOO_LONG_TO_OUTLIVE_A_PAGE
