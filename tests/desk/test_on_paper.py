"""A case on paper: two A4 pages in every language, for each of three people."""

import re
from collections.abc import Callable

import pytest
from passlib.totp import TOTP
from playwright.sync_api import Page

from portal.i18n import LANGUAGES
from tests.intake.people import PEOPLE, Person
from tests.support.browser import bring_cookies
from tests.support.journey import Journey
from tests.support.pages import Page as Parsed
from tests.support.serving import Portal
from tests.support.walking import Family

A_PAGE = re.compile(rb"/Type\s*/Page[^s]")


def sent(portal: Portal, person: Person, email: str) -> None:
    """A person's whole intake, sent over HTTP."""
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


@pytest.fixture(scope="module")
def office(demo_portal: Portal) -> Family:
    """A coordinator of the demo, signed in."""
    for number, person in enumerate(PEOPLE.values()):
        sent(demo_portal, person, f"paper-{number}@family.example")
    one = demo_portal.person("coordinator")
    desk = Family(demo_portal.base_url, "en")
    desk.open("/en/desk/sign-in")
    desk.submit({"email": one["email"], "password": one["password"]})
    desk.submit({"code": str(TOTP(key=one["totp_secret"]).generate().token)})
    return desk


# Arabic needs most room.
@pytest.mark.parametrize(
    "language",
    [pytest.param(one.code, marks=[] if one.code == "ar" else pytest.mark.exhaustive) for one in LANGUAGES],
)
def test_a_case_is_two_pages_on_paper(
    office: Family, demo_portal: Portal, page_at: Callable[..., Page], language: str
) -> None:
    page = page_at(locale="en-GB", timezone="Europe/Istanbul")
    bring_cookies(page, office)
    office.open("/en/desk/cases")
    references = [address for _text, address in office.page.links if re.search(r"/desk/cases/[A-Z0-9-]+$", address)]
    pages = []
    for address in references[: len(PEOPLE)]:
        page.goto(address.replace("/en/", f"/{language}/"))
        pages.append(len(A_PAGE.findall(page.pdf(prefer_css_page_size=True))))
    assert max(pages) <= 2
    assert len(pages) == len(PEOPLE)
