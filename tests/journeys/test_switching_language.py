"""Another language on any page: the same page, and nothing typed is lost or judged."""

import pytest

from tests.support.journey import CONSENTS, WHO, Journey
from tests.support.pages import Page
from tests.support.serving import Portal
from tests.support.walking import Family


@pytest.fixture
def walk(demo_portal: Portal) -> Journey:
    return Journey(Family(demo_portal.base_url, "en"), "en", "switch@family.example")


def switch(walk: Journey, language: str, typed: dict[str, str | bool | list[str]]) -> Page:
    """Type, then press a language's button instead of the form's own."""
    form = walk.family.page.form()
    button = next(b for b in form.buttons if b.name == "_switch" and f"/{language}/" in b.action)
    return walk.family.submit(typed, form=form, button=button.text)


def test_a_form_keeps_what_is_typed(walk):
    walk.family.open("/en/start/who")
    page = switch(walk, "ar", {"respondent_role": "father"})
    assert (page.lang, page.form().controls["respondent_role"].chosen) == ("ar", ["father"])


def test_half_an_address_is_not_judged(walk):
    walk.family.open("/en/start/who")
    walk.family.submit(WHO)
    page = switch(walk, "fr", {"contact_email": "half@"})
    assert (page.lang, page.errors, page.form().controls["contact_email"].chosen) == ("fr", {}, ["half@"])


def test_consents_stay_ticked(walk):
    walk.family.open("/en/start/who")
    walk.family.submit(WHO)
    page = switch(walk, "tr", CONSENTS)
    assert page.form().controls["consent_health_data"].chosen != []


def test_answers_keep_what_is_typed(walk):
    walk.begin()
    walk.family.open("/en/case/section/person")
    page = switch(walk, "tr", {"given_name": "Ayşe", "birth_ym": "half a da"})
    controls = page.form().controls
    assert (page.lang, controls["given_name"].chosen, controls["birth_ym"].chosen) == ("tr", ["Ayşe"], ["half a da"])


def test_a_page_without_a_form_offers_plain_links(walk):
    walk.family.open("/en/urgent")
    page = walk.family.follow("العربية")
    assert (page.lang, page.dir, page.url.endswith("/ar/urgent")) == ("ar", "rtl", True)
