"""The whole journey over plain HTTP, as a browser without scripts makes it, in two languages."""

import re
from email.message import EmailMessage

import pytest

from tests.support.files import make_pdf
from tests.support.inbox import calendar_of, letters, meeting_of, text_of_letter, wait_for_letter
from tests.support.journey import Journey
from tests.support.serving import Portal
from tests.support.walking import Family


@pytest.fixture(scope="module", params=["en", "tr"])
def journey(request: pytest.FixtureRequest, demo_portal: Portal, tmp_path_factory: pytest.TempPathFactory) -> Journey:
    """One family's walk from the first page to the confirmation."""
    report = tmp_path_factory.mktemp("files") / "rapor çocuk.pdf"
    report.write_bytes(make_pdf())
    walk = Journey(Family(demo_portal.base_url, request.param), request.param, f"parent-{request.param}@family.example")
    walk.begin()
    walk.answer_everything()
    walk.add("genetic_report", report)
    walk.add("functional", report)
    walk.book()
    walk.send()
    return walk


@pytest.fixture(scope="module")
def booked(journey: Journey, demo_portal: Portal) -> EmailMessage:
    return wait_for_letter(demo_portal.instance, "appointment.booked", journey.email)


def test_the_walk_ends_at_the_confirmation(journey):
    assert journey.family.page.url.endswith("/case/sent")


def test_every_page_is_in_the_family_language(journey):
    assert {html.partition('lang="')[2][:2] for html in journey.seen.values()} == {journey.language}


def test_the_confirmation_shows_the_reference(journey, demo_portal):
    received = wait_for_letter(demo_portal.instance, "intake.received", journey.email)
    reference = next(word for word in text_of_letter(received).split() if len(word) == 7 and word[3] == "-")
    assert reference in journey.family.page.main


def test_the_family_gets_its_booking_in_its_language(journey, booked):
    assert booked["Content-Language"] == journey.language


def test_the_booking_carries_a_calendar_file_in_utc(booked):
    calendar = calendar_of(booked)
    assert "METHOD:REQUEST" in calendar
    assert re.search(r"DTSTART:\d{8}T\d{6}Z", calendar)


def test_a_coordinator_gets_a_summary_in_the_coordinators_language(journey, demo_portal):
    summary = wait_for_letter(demo_portal.instance, "intake.summary")
    assert (summary["To"], summary["Content-Language"]) in {
        ("coordinator.one@clinic.example", "tr"),
        ("coordinator.two@clinic.example", "fr"),
        ("coordinator.three@clinic.example", "en"),
    }


def test_no_letter_names_the_child_or_a_disease(journey, demo_portal):
    texts = "".join(text_of_letter(one) + str(one["Subject"]) for one in letters(demo_portal.instance)).lower()
    said = re.sub(r"https?://\S+", "", texts)  # the secret of a link is any letters
    assert [word for word in ("deniz", "duchenne", "dmd", "dystroph", "distrofi") if word in said] == []


def test_the_family_cancels_and_its_calendar_learns_of_it(journey, demo_portal, booked):
    journey.family.open(f"/{journey.language}/case/appointment/cancel")
    journey.family.submit({})
    cancelled = wait_for_letter(demo_portal.instance, "appointment.cancelled", journey.email)
    assert "METHOD:CANCEL" in calendar_of(cancelled)
    assert (meeting_of(cancelled).uid, meeting_of(cancelled).sequence) == (meeting_of(booked).uid, 1)
