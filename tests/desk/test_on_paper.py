"""A case on paper: a sheet of two A4 pages at most, readable, with everything that was said; all answers follow."""

import io
import re
from collections.abc import Callable

import pikepdf
import pytest
from passlib.totp import TOTP
from playwright.sync_api import Page

from portal.i18n import LANGUAGES
from tests.desk.fully import fully
from tests.intake.people import PEOPLE, Person
from tests.support.browser import bring_cookies
from tests.support.journey import Journey
from tests.support.pages import Page as Parsed
from tests.support.serving import Portal
from tests.support.walking import Family

pytestmark = pytest.mark.xdist_group("on-paper")  # what everybody answered is sent once
FULL = {f"everything answered in {language}": fully(language) for language in ("ar", "en")}
TOP_OF_A4 = 790  # points from below, of 842: nothing but the margin and a heading's own height lies above
SMALLEST = 12  # CSS pixels: nine points
# Arabic needs most room.
EVERY_LANGUAGE = [pytest.param(one.code, marks=[] if one.code == "ar" else pytest.mark.exhaustive) for one in LANGUAGES]
SIZES = """() => [...document.querySelectorAll("main *")]
  .filter((one) => one.checkVisibility() && [...one.childNodes].some((text) => text.nodeType === 3 && text.data.trim()))
  .map((one) => [parseFloat(getComputedStyle(one).fontSize), one.textContent.trim().slice(0, 40)])
  .sort((one, other) => one[0] - other[0])[0]"""


class Paper:
    """Cases as a coordinator prints them."""

    def __init__(self, page: Page, base_url: str, references: dict[str, str]) -> None:
        self.page, self._base_url, self._references = page, base_url, references

    def show(self, name: str, language: str = "en") -> Page:
        """A case on the screen, as it will be on paper."""
        self.page.goto(f"{self._base_url}/{language}/desk/cases/{self._references[name]}")
        self.page.emulate_media(media="print")
        return self.page

    def headings(self, name: str, language: str) -> tuple[list[tuple[int, float]], int]:
        """Where each heading stands: page, and points from below; and the number of pages."""
        self.show(name, language)
        printed = self.page.pdf(prefer_css_page_size=True, tagged=True, outline=True)
        with pikepdf.open(io.BytesIO(printed)) as made, made.open_outline() as outline:
            numbers = {sheet.objgen: number for number, sheet in enumerate(made.pages, 1)}
            places = [one.destination for one in _all(outline.root)]
            return [(numbers[place[0].objgen], float(place[3])) for place in places], len(numbers)


def _all(items: list[pikepdf.OutlineItem]) -> list[pikepdf.OutlineItem]:
    return [one for item in items for one in (item, *_all(item.children))]


def sent(portal: Portal, person: Person, email: str) -> str:
    """A person's whole intake, sent over HTTP; the reference."""
    family = Family(portal.base_url, person.language)
    journey = Journey(family, person.language, email, who=person.who)
    journey.begin()
    for section, said in person.sections.items():
        for _ in range(2):
            family.open(f"/{person.language}/case/section/{section}")
            form = family.page.form()
            fields = [(name, value) for name, value in form.fields if name in {"csrf_token", "version", "shown", "for"}]
            fields += [
                (name, one) for name, value in said.items() for one in ([value] if isinstance(value, str) else value)
            ]
            answer = family.session.post(family.page.url, data=fields, timeout=30, allow_redirects=False)
            assert answer.status_code == 303, (
                f"{section} of {person.language}: {Parsed(answer.url, answer.text).errors}"
            )
    journey.send()
    return re.search(r'class="code" dir="ltr">([A-Z0-9-]+)<', family.page.html)[1]


@pytest.fixture(scope="module")
def references(demo_portal: Portal) -> dict[str, str]:
    """Everybody's case, sent: by name its reference."""
    people = enumerate({**PEOPLE, **FULL}.items())
    return {name: sent(demo_portal, person, f"paper-{number}@family.example") for number, (name, person) in people}


@pytest.fixture(scope="module")
def office(demo_portal: Portal) -> Family:
    """A coordinator of the demo, signed in."""
    one = demo_portal.person("coordinator")
    desk = Family(demo_portal.base_url, "en")
    desk.open("/en/desk/sign-in")
    desk.submit({"email": one["email"], "password": one["password"]})
    desk.submit({"code": str(TOTP(key=one["totp_secret"]).generate().token)})
    return desk


@pytest.fixture
def paper(office: Family, demo_portal: Portal, references: dict[str, str], page_at: Callable[..., Page]) -> Paper:
    page = page_at(locale="en-GB", timezone="Europe/Istanbul")
    bring_cookies(page, office)
    return Paper(page, demo_portal.base_url, references)


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_a_case_is_two_pages_on_paper(paper, language):
    assert max(paper.headings(name, language)[1] for name in PEOPLE) <= 2


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
@pytest.mark.parametrize("name", FULL)
def test_of_a_long_case_the_sheet_is_two_pages_and_all_answers_begin_on_the_next(paper, name, language):
    headings, _pages = paper.headings(name, language)
    on_sheet = paper.page.locator(".sheet :is(h1, h2, h3)").count()
    last_of_sheet, (first_of_annex, height) = headings[on_sheet - 1][0], headings[on_sheet]
    assert (last_of_sheet <= 2, first_of_annex == last_of_sheet + 1, height > TOP_OF_A4) == (True, True, True)


@pytest.mark.parametrize("language", EVERY_LANGUAGE)
def test_everything_on_paper_can_be_read(paper, language):
    page = paper.show("everything answered in en", language)
    size, text = page.evaluate(SIZES)
    assert size >= SMALLEST, f"{size} px: {text}"


def test_paper_hides_only_what_was_left(paper):
    answers = paper.show("ventilated 17-year-old").locator(".answers").inner_text()
    assert ("I prefer not to say" in answers, "I do not know" in answers, "Not answered" in answers) == (
        True,
        True,
        False,
    )


def test_it_says_so_and_the_screen_names_what_was_left(paper):
    page = paper.show("ventilated 17-year-old")
    on_paper = page.locator(".annex").inner_text()
    page.emulate_media(media="screen")
    on_screen = page.locator(".annex").inner_text()
    told = "Questions that were left are not printed"
    assert (told in on_paper, told in on_screen, "Not answered" in on_screen) == (True, False, True)


def test_what_was_never_done_stands_on_paper(paper):
    answers = paper.show("adult with FSHD alone").locator(".answers").inner_text()
    assert "Never done" in answers


def test_the_language_of_the_familys_own_words_stands_on_paper(paper):
    answers = paper.show("walking boy with Duchenne").locator(".answers").inner_text()
    assert "as written, in French" in answers
