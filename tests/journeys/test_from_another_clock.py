"""A family in Newfoundland books in Arabic by keyboard alone, on a telephone; later it moves the talk from Nepal."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from portal.booking.slots import span_of
from tests.support.browser import axe_violations, open_section, sideways_scroll, take_picture
from tests.support.inbox import meeting_of, text_of_letter, wait_for_letter
from tests.support.journey import Journey
from tests.support.keys import Keys
from tests.support.serving import Portal
from tests.support.walking import Family

pytestmark = pytest.mark.xdist_group("from-another-clock")  # one walk for all
EMAIL = "from-newfoundland@family.example"
SIZE = {"width": 360, "height": 740}
NEWFOUNDLAND, NEPAL, CLINIC = "America/St_Johns", "Asia/Kathmandu", "Europe/Istanbul"
CITIES = {NEWFOUNDLAND: "سانت جونس", NEPAL: "كاتماندو", CLINIC: "إسطنبول"}
WEEKDAYS = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
MONTHS = (
    *("يناير", "فبراير", "مارس", "أبريل", "مايو", "يونيو"),
    *("يوليو", "أغسطس", "سبتمبر", "أكتوبر", "نوفمبر", "ديسمبر"),
)


@dataclass
class Walk:
    """What was read on the way, for the tests to look at."""

    base_url: str
    instance: Path
    pages: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    first: str = ""
    second: str = ""
    label: str = ""
    offered_while_booked: list[str] = field(default_factory=list)
    offered_when_moved: list[str] = field(default_factory=list)

    def note(self, name: str, page: Page) -> Page:
        """A page that was met: its text; what axe says of it; whether it is wider than the telephone."""
        self.pages[name] = page.locator("main").inner_text()
        self.faults += [f"{name}: {fault}" for fault in axe_violations(page)]
        self.faults += [f"{name} is wider than the telephone"] if sideways_scroll(page) else []
        take_picture(page, f"ar-narrow-{name}")
        return page

    def letter(self, kind: str) -> EmailMessage:
        """What the family was sent."""
        return wait_for_letter(self.instance, kind, EMAIL)


def on_clock(token: str, zone: str) -> list[str]:
    """What must be read of an instant: weekday, date, hour, city and distance to UTC, said without the portal."""
    wall = span_of(token).start.astimezone(ZoneInfo(zone))
    minutes = int(wall.utcoffset().total_seconds()) // 60
    hours, rest = divmod(abs(minutes), 60)
    distance = f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")
    date = f"{WEEKDAYS[wall.weekday()]}، {wall.day} {MONTHS[wall.month - 1]} {wall.year}"
    return [date, f"{wall:%H:%M}", CITIES[zone], distance]


def unsaid(text: str, token: str, *zones: str) -> list[str]:
    return [part for zone in zones for part in on_clock(token, zone) if part not in text]


@pytest.fixture(scope="module")
def walk(browser: Browser, demo_portal: Portal) -> Iterator[Walk]:
    """The whole way, once: from the question about the person to the moved consultation."""
    walked = Walk(demo_portal.base_url, demo_portal.instance)
    here = browser.new_context(locale="ar", timezone_id=NEWFOUNDLAND, viewport=SIZE)
    page = open_section(here.new_page(), demo_portal.base_url, "ar", EMAIL, "person")
    _say_who(walked, page)
    _book(walked, page)
    neighbour = _neighbour(demo_portal)
    walked.offered_while_booked = _offered(neighbour)
    there = browser.new_context(locale="ar", timezone_id=NEPAL, viewport=SIZE)
    there.add_cookies(here.cookies())
    _move(walked, there.new_page())
    walked.offered_when_moved = _offered(neighbour)
    yield walked
    here.close()
    there.close()


def test_every_page_is_accessible_and_no_wider_than_the_telephone(walk):
    assert (walk.faults, len(walk.pages)) == ([], 9)


def test_each_choice_says_weekday_date_hour_city_and_distance(walk):
    assert unsaid(walk.label, walk.first, NEWFOUNDLAND) == []


@pytest.mark.parametrize("page", ["confirm", "booked"])
def test_both_clocks_stand_on_the_page(walk, page):
    assert unsaid(walk.pages[page], walk.first, NEWFOUNDLAND, CLINIC) == []


def test_the_letter_is_in_arabic_with_both_clocks(walk):
    letter = walk.letter("appointment.booked")
    assert (letter["Content-Language"], unsaid(text_of_letter(letter), walk.first, NEWFOUNDLAND, CLINIC)) == ("ar", [])


def test_the_calendar_file_says_the_instant_in_arabic_words(walk):
    meeting = meeting_of(walk.letter("appointment.booked"))
    assert (meeting.start, meeting.sequence, "محادثة" in meeting.summary) == (span_of(walk.first).start, 0, True)


def test_while_it_is_booked_nobody_else_is_offered_the_time(walk):
    assert (walk.first in walk.offered_while_booked, walk.second in walk.offered_while_booked) == (False, True)


@pytest.mark.parametrize("page", ["from-nepal", "other-times", "confirm-move"])
def test_from_nepal_the_old_time_stands_on_the_clock_of_nepal_beside_the_one_on_which_it_was_booked(walk, page):
    assert unsaid(walk.pages[page], walk.first, NEPAL, CLINIC, NEWFOUNDLAND) == []


@pytest.mark.parametrize("page", ["confirm-move", "moved"])
def test_from_nepal_the_new_time_stands_on_the_clock_of_nepal(walk, page):
    assert unsaid(walk.pages[page], walk.second, NEPAL, CLINIC) == []


def test_the_letter_about_the_move_says_both_times_on_the_clock_that_the_family_has_now(walk):
    text = text_of_letter(walk.letter("appointment.moved"))
    assert unsaid(text, walk.second, NEPAL, CLINIC) + unsaid(text, walk.first, NEPAL) == []


def test_the_same_entry_of_the_calendar_has_the_new_instant(walk):
    before, after = (meeting_of(walk.letter(f"appointment.{what}")) for what in ("booked", "moved"))
    assert (after.uid, after.sequence > before.sequence, after.start) == (
        before.uid,
        True,
        span_of(walk.second).start,
    )


def test_after_the_move_the_old_time_is_free_and_the_new_one_is_not(walk):
    assert (walk.first in walk.offered_when_moved, walk.second in walk.offered_when_moved) == (True, False)


def _say_who(walk: Walk, page: Page) -> None:
    """The page about the person; the device has told its zone."""
    keys = Keys(page)
    expect(page.locator('[name="timezone"]')).to_have_value(NEWFOUNDLAND)
    keys.type(page.locator('[name="given_name"]'), "ريم")
    keys.type(page.locator('[name="birth_ym"]'), "٠٤/٢٠١٧")
    keys.choose(page.locator('[name="country"]'), "CA")
    walk.note("person", page)
    keys.press(page.locator("#main-form button.primary"))


def _book(walk: Walk, page: Page) -> None:
    keys = Keys(page)
    page.goto(f"{walk.base_url}/ar/case")
    walk.note("overview", page)
    keys.press(page.locator('main a[href$="/case/book"]'))
    walk.note("times", page)
    times = page.locator('#main-form [name="slot"]')
    walk.first, walk.second = (times.nth(place).input_value() for place in (0, 1))
    walk.label = page.locator(f'label[for="{times.first.get_attribute("id")}"]').inner_text()
    keys.choose(times, walk.first)
    keys.press(page.locator("#main-form button.primary"))
    keys.choose(page.locator('[name="channel"]'), "phone")
    keys.type(page.locator('[name="phone"]'), "+1 709 555 0199")
    walk.note("confirm", page)
    keys.press(page.locator("#main-form button.primary"))
    walk.note("booked", page)


def _move(walk: Walk, page: Page) -> None:
    """The device says another zone now, and nothing changes by itself: the family chooses that clock, and moves."""
    keys = Keys(page)
    page.goto(f"{walk.base_url}/ar/case/appointment/move")
    keys.press(page.locator('main a[href$="#timezone"]'))
    expect(page.locator('[name="timezone"]')).to_have_value(NEWFOUNDLAND)
    keys.choose(page.locator('[name="timezone"]'), NEPAL)
    keys.press(page.locator("#main-form button.primary"))
    page.goto(f"{walk.base_url}/ar/case/appointment")
    walk.note("from-nepal", page)
    keys.press(page.locator('main a[href$="/appointment/move"]'))
    walk.note("other-times", page)
    keys.choose(page.locator('#main-form [name="slot"]'), walk.second)
    keys.press(page.locator("#main-form button.primary"))
    walk.note("confirm-move", page)
    keys.press(page.locator("#main-form button.primary"))
    walk.note("moved", page)


def _neighbour(portal: Portal) -> Family:
    """Another family that speaks Arabic, in the same place."""
    family = Family(portal.base_url, "ar")
    journey = Journey(family, "ar", "neighbour@family.example")
    journey.begin()
    journey.answer("person", country="CA", timezone=NEWFOUNDLAND)
    return family


def _offered(family: Family) -> list[str]:
    return family.open("/ar/case/book?all=1").form().controls["slot"].offered
