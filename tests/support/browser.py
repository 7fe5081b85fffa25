"""A real browser: pages of any size, language and time zone, with scripts or without; axe; pictures."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from tests.support.journey import Journey
from tests.support.walking import Family

PICTURES = Path(__file__).parents[2] / ".pictures"
PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
# Root may not use Chromium's sandbox; the rest keeps it from calling home or drawing on a graphics card.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE = (390, 844)
TIMEOUT_MS = 15_000


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, one for each test process; a skip where there is none."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(PROGRAMS)} is installed")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, headless=True, args=list(FLAGS))
        yield chromium
        chromium.close()


def bring_cookies(page: Page, family: Family) -> None:
    """Go on in a browser where a family, or a colleague, stands without one."""
    page.context.add_cookies(
        [{"name": one.name, "value": one.value or "", "url": family.base_url} for one in family.session.cookies]
    )


def open_section(page: Page, base_url: str, language: str, email: str, section: str) -> Page:
    """A new case, begun without a browser, at one of its sections."""
    family = Family(base_url, language)
    Journey(family, language, email).begin()
    bring_cookies(page, family)
    page.goto(f"{base_url}/{language}/case/section/{section}")
    return page


@pytest.fixture
def page_at(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens fresh pages, each with its own cookies: `page_at(390, 844, locale="ar", timezone="Asia/Amman")`.

    `javascript=False` is a browser without scripts. Errors in a page's scripts fail the test at its end.
    """
    contexts, faults = [], []

    def open_page(
        width: int = PHONE[0],
        height: int = PHONE[1],
        locale: str = "en-GB",
        timezone: str = "Europe/Istanbul",
        javascript: bool = True,
        **options: object,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=locale,
            timezone_id=timezone,
            java_script_enabled=javascript,
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT_MS)
        page = context.new_page()
        page.on("pageerror", lambda fault: faults.append(f"{page.url}: {fault}"))
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, f"scripts failed: {faults}"


def axe_violations(page: Page) -> list[str]:
    """What axe finds wrong with the page, a line for each element: rule, impact, element and why. Needs scripts."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}) {' '.join(map(str, node['target']))}: {rule['help']}"
        for rule in found
        for node in rule["nodes"]
    ]


def sideways_scroll(page: Page) -> int:
    """By how many pixels the page is wider than the window; 0 where nothing has to be scrolled sideways."""
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def take_picture(page: Page, name: str) -> Path:
    """Put a picture of the whole page into `.pictures/` and say where it is."""
    PICTURES.mkdir(exist_ok=True)
    path = PICTURES / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower()).strip('-')}.png"
    page.screenshot(path=path, full_page=True, animations="disabled")
    return path


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the browser, so that `-m browser` finds it."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
