"""What a page says about when it closes is what will hold once it has been answered."""

import re
from datetime import datetime, timedelta

import pytest

from tests.support.visitor import Visitor

SAID = re.compile(r'data-open-until="([^"]+)"')


@pytest.fixture
def family(app, clock) -> Visitor:
    return Visitor(app).begin()


def said(page: str) -> datetime:
    return datetime.fromisoformat(SAID.search(page)[1])


def test_a_page_looked_at_late_has_its_hours_again(family, clock):
    clock.advance(hours=5, minutes=58)
    assert said(family.open("/case").text) == clock() + timedelta(hours=6)


def test_what_is_saved_late_by_the_way_says_so(family, clock):
    page = family.page(family.open("/case/section/wishes"))
    clock.advance(hours=5, minutes=58)
    answer = family.client.post("/en/case/section/wishes/by-the-way", data=dict(page.form().fields))
    assert datetime.fromisoformat(answer.json["until"]) == clock() + timedelta(hours=6)


def test_a_page_that_asks_is_told_what_the_next_one_says(family, clock):
    clock.advance(hours=1)
    token = dict(family.page(family.open("/case/section/wishes")).form().fields)["csrf_token"]
    until = family.client.post(
        "/en/case/stay", data={"csrf_token": token}, headers={"Accept": "application/json"}
    ).json["until"]
    assert datetime.fromisoformat(until) == clock() + timedelta(hours=6) == said(family.open("/case").text)


@pytest.mark.parametrize(("hours", "last"), [(17, False), (19, True)])
def test_a_page_knows_whether_it_can_be_kept_open_for_longer(family, clock, hours, last):
    for later in (5, 5, 5, hours - 15):
        clock.advance(hours=later)
        page = family.open("/case/section/wishes")
    token = dict(family.page(page).form().fields)["csrf_token"]
    asked = family.client.post("/en/case/stay", data={"csrf_token": token}, headers={"Accept": "application/json"})
    saved = family.client.post("/en/case/section/wishes/by-the-way", data=dict(family.page(page).form().fields))
    assert (" data-last" in page.text, asked.json["last"], saved.json["last"]) == (last, last, last)


def test_nothing_puts_it_off_for_more_than_a_day(family, clock):
    began = clock()
    for _ in range(5):
        clock.advance(hours=4, minutes=30)
        page = family.open("/case").text
    assert said(page) == began + timedelta(hours=24)
