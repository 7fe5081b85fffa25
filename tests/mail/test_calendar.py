"""The calendar file: what calendars need, in UTC, and not a word more."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.mail.calendar import CANCEL, PUBLISH, REQUEST, Meeting, calendar_file, feed, uid_of
from tests.support.calendars import check_lines, entry_of, name_of, read_calendar

MEETING = Meeting(
    uid="abc@portal.example",
    sequence=0,
    start=datetime(2027, 3, 28, 0, 30, tzinfo=UTC),
    end=datetime(2027, 3, 28, 1, 10, tzinfo=UTC),
    changed=datetime(2027, 3, 1, 9, 0, tzinfo=UTC),
    summary="محادثة مع المكتب؛ مجانية, بالفيديو",
    description="Reference K7M-4QX.",
    location="https://meet.example/room",
    url="https://meet.example/room",
    organizer="no-reply@portal.example",
    organizer_name="Office, Family",
    attendee="parent@family.example",
    language="ar",
)


# What ends a value or a line, what has to be escaped, and letters of one to four octets, some that join.
MARKS = [*"aé؛،ضإ́\u200fşİ漢😀 ,;:\\\"'^=-", "\n", "محادثة ", "görüşme "]
WORDS = st.lists(st.sampled_from(MARKS), max_size=90).map("".join)


def read(method: str = REQUEST, **changes: object) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(calendar_file(replace(MEETING, **changes), method).ics)


def event(method: str = REQUEST, **changes: object) -> icalendar.Event:
    (found,) = read(method, **changes).walk("VEVENT")
    return found


def test_times_are_in_utc_and_need_no_zone_table():
    ics = calendar_file(MEETING, REQUEST).ics
    assert ("DTSTART:20270328T003000Z\r\nDTEND:20270328T011000Z" in ics, "VTIMEZONE" in ics) == (True, False)


@pytest.mark.parametrize("method", [REQUEST, CANCEL, PUBLISH])
def test_the_method_stands_in_the_file_and_beside_it(method):
    assert (str(read(method)["METHOD"]), calendar_file(MEETING, method).method) == (method, method)


def test_a_request_is_confirmed_for_its_recipient():
    found = event()
    assert (str(found["STATUS"]), str(found["ATTENDEE"])) == ("CONFIRMED", "mailto:parent@family.example")


def test_a_cancellation_carries_its_sequence():
    found = event(CANCEL, sequence=1)
    assert (str(found["STATUS"]), found["SEQUENCE"], str(found["UID"])) == ("CANCELLED", 1, "abc@portal.example")


def test_a_downloaded_file_invites_nobody():
    assert "ATTENDEE" not in event(PUBLISH, attendee="")


def test_words_survive_in_any_script_and_say_their_language():
    found = event()["SUMMARY"]
    assert (str(found), found.params["LANGUAGE"]) == (MEETING.summary, "ar")


def test_a_call_has_no_address():
    assert "URL" not in event(url="", location="By telephone")


def test_lines_are_folded_as_the_format_asks():
    lines = calendar_file(MEETING, REQUEST).ics.encode().split(b"\r\n")
    assert max(len(line) for line in lines) <= 75


def test_the_name_in_a_calendar_stays_the_same_behind_any_path():
    assert uid_of("abc", "https://portal.example:8443/base") == "abc@portal.example"


@pytest.mark.parametrize("method", [REQUEST, CANCEL, PUBLISH])
def test_two_libraries_read_what_was_written(method):
    found = entry_of(calendar_file(replace(MEETING, sequence=3), method).ics)
    assert (found.uid, found.sequence, found.start, found.end, found.summary) == (
        MEETING.uid,
        3,
        MEETING.start,
        MEETING.end,
        MEETING.summary,
    )


@settings(max_examples=150)
@given(WORDS, WORDS, WORDS)
def test_two_libraries_read_any_words_as_they_were_written(summary, description, location):
    meeting = replace(MEETING, summary=summary, description=description, location=location)
    found = entry_of(calendar_file(meeting, REQUEST).ics)
    assert (found.summary, found.description, found.location) == (summary, description, location)


@settings(max_examples=50)
@given(st.lists(WORDS, max_size=5), WORDS)
def test_two_libraries_read_every_entry_of_a_calendar(summaries, name):
    meetings = [replace(MEETING, uid=f"{place}@portal.example", summary=one) for place, one in enumerate(summaries)]
    ics = feed(meetings, name)
    found = read_calendar(ics)
    assert (found.method, name_of(ics), [one.summary for one in found.entries]) == (PUBLISH, name, summaries)


def test_a_calendar_says_its_name_and_when_to_look_again_under_old_names_too():
    read = icalendar.Calendar.from_ical(feed([MEETING], "Office; Family, مكتب"))
    old, new = (str(read[name]) for name in ("X-WR-CALNAME", "NAME"))
    assert (old, str(read["X-PUBLISHED-TTL"]), read["REFRESH-INTERVAL"].dt) == (new, "PT1H", timedelta(hours=1))


@pytest.mark.parametrize(
    "ics",
    [
        "BEGIN:VCALENDAR\r\nSUMMARY:" + "ض" * 40 + "\r\nEND:VCALENDAR\r\n",
        "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\r\nEND:VCALENDAR",
    ],
)
def test_lines_that_some_calendars_refuse_are_noticed(ics):
    with pytest.raises(AssertionError):
        check_lines(ics)
