"""The whole journey in a real browser at phone size, in French and in Arabic; axe looks at every page met."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support.browser import axe_violations, sideways_scroll, take_picture
from tests.support.inbox import calendar_of, wait_for_letter
from tests.support.journey import CONSENTS, SECTIONS, WHO, Answers
from tests.support.serving import Portal

LANGUAGES = [
    # The other direction is walked each day, and this one without scripts.
    pytest.param("fr", "fr-FR", "Europe/Paris", "ltr", id="fr", marks=pytest.mark.exhaustive),
    pytest.param("ar", "ar-IQ", "Asia/Baghdad", "rtl", id="ar"),
]


@dataclass
class Phone:
    """A browser at phone size; each page it comes to is looked at and pictured."""

    page: Page
    base_url: str
    language: str
    met: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.base_url}/{self.language}/{path}")
        self.look()

    def press(self, selector: str) -> None:
        # A page that is just saving itself is sent when that is done.
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.look()

    def submit(self, answers: Answers) -> None:
        """Fill the main form as a person does, and press its first button."""
        for name, value in answers.items():
            self._set(name, value)
        self.press("#main-form button.primary")

    def look(self) -> None:
        """One more page met: accessible, not wider than the phone, pictured."""
        name = self.page.url.partition(f"/{self.language}/")[2].split("?")[0] or "home"
        self.met.append(name)
        assert axe_violations(self.page) == [], f"at {name}"
        assert sideways_scroll(self.page) == 0, f"{name} is wider than the phone"
        take_picture(self.page, f"{self.language}-phone-{len(self.met):02}-{name}")

    def _set(self, name: str, value: str | bool | list[str]) -> None:
        fields = self.page.locator(f'#main-form [name="{name}"]')
        kind = fields.first.evaluate("field => field.type || field.tagName")
        if kind == "radio":
            self.page.locator(f'#main-form [name="{name}"][value="{value}"]').check()
        elif kind == "checkbox":
            fields.first.set_checked(bool(value))
        elif kind == "select-one":
            fields.first.select_option(str(value))
        else:
            fields.first.fill(str(value))


@pytest.mark.parametrize(("language", "locale", "zone", "direction"), LANGUAGES)
def test_a_family_goes_from_the_first_page_to_a_booked_consultation(
    demo_portal: Portal,
    page_at: Callable[..., Page],
    genetic_report: Path,
    walking_test: Path,
    language: str,
    locale: str,
    zone: str,
    direction: str,
) -> None:
    phone = Phone(page_at(locale=locale, timezone=zone), demo_portal.base_url, language)
    email = f"browser-{language}@family.example"
    _begin(phone, email)
    expect(phone.page.locator("html")).to_have_attribute("dir", direction)
    _answer(phone, zone)
    _add(phone, "genetic_report", genetic_report)
    _add(phone, "functional", walking_test)
    _book(phone)
    phone.open("case/check")
    phone.submit({})
    assert phone.page.url.endswith("/case/sent")
    letter = wait_for_letter(demo_portal.instance, "appointment.booked", email)
    assert (letter["Content-Language"], "METHOD:REQUEST" in calendar_of(letter)) == (language, True)


def _begin(phone: Phone, email: str) -> None:
    phone.open("")
    phone.press("main a[href$='/start']")
    phone.press("main a[href$='/start/who']")
    phone.submit(WHO)
    phone.submit(CONSENTS | {"contact_email": email})


def _answer(phone: Phone, zone: str) -> None:
    phone.open("case/section/person")
    # The script has found the phone's own zone; without it the family chooses.
    expect(phone.page.locator('#main-form [name="timezone"]')).to_have_value(zone)
    phone.submit({name: value for name, value in SECTIONS["person"].items() if name != "timezone"})
    for section in ("diagnosis", "genetics", "walking"):
        phone.open(f"case/section/{section}")
        phone.submit(SECTIONS[section])


def _add(phone: Phone, kind: str, file: Path) -> None:
    phone.open("case/documents")
    phone.page.locator(f'#main-form [name="kind"][value="{kind}"]').check()
    phone.page.locator('#main-form [name="file"]').set_input_files(file)
    phone.submit({})


def _book(phone: Phone) -> None:
    phone.open("case/book")
    phone.page.locator('#main-form [name="slot"]').first.check()
    phone.submit({})
    phone.submit({"channel": "phone", "phone": "+33 1 23 45 67 89"})
    assert phone.page.url.endswith("/case/appointment")
