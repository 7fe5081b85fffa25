"""Everybody at every door: each role, route and object of `who_may.py`, asked for real."""

from itertools import product

import pytest
from flask import Flask

from portal.web.routes import describe
from tests.access.who_may import AT_LAST, DEMO, MISSING, OPENS, REFUSED, ROLES, SIGN_IN, TABLE, WAY_BACK, verdict

# Every day one cell of six, another one in each line; all of them in the long run.
CELLS = [
    pytest.param(line, role, id=f"{role}: {line}", marks=[] if number % 6 == 0 else pytest.mark.exhaustive)
    for number, (line, role) in enumerate(product(TABLE, ROLES))
]
POSTS = [line for line in TABLE if line.method == "POST" and line not in AT_LAST]
KEPT_OUT = {REFUSED, MISSING, SIGN_IN, WAY_BACK}


def routes(app: Flask) -> set[tuple[str, str]]:
    return {(method, route["path"]) for route in describe(app) for method in route["methods"]}


def test_the_table_says_of_every_route_who_may_open_it(scene):
    assert {(line.method, line.path) for line in TABLE} == routes(scene.app)


def test_every_line_speaks_of_everybody():
    assert [str(line) for line in TABLE if set(line.expected) != set(ROLES)] == []


def test_the_demos_mailbox_is_nowhere_but_in_the_demo(scene):
    demo = scene.worker(demo=True)
    assert {path for _method, path in routes(demo) - routes(scene.app)} == DEMO


@pytest.mark.parametrize(("part", "other"), [("public", "/<lang>/desk/"), ("desk", "/<lang>/case")])
def test_a_process_for_one_side_has_no_page_of_the_other(scene, part, other):
    served = {path for _method, path in routes(scene.worker(role=part))}
    assert [path for path in served if path.startswith(other)] == []


@pytest.mark.parametrize("role", ROLES)
def test_who_is_kept_out_changes_nothing(scene, role):
    before = scene.stored()
    for line in POSTS:
        if line.expected[role] in KEPT_OUT:
            scene.browser(role).ask("POST", line.address(scene.names), **line.said(scene.names))
    assert scene.changed_since(before) == []


@pytest.mark.parametrize("whose", ["document A", "made-up document"])
def test_a_family_that_removes_what_is_not_its_own_removes_nothing(scene, whose):
    before = scene.stored()
    scene.browser("family B").post(f"/case/documents/{scene.names[whose]}/remove")
    assert set(scene.changed_since(before)) <= {"access_log"}


OFFICE = ["coordinator 1", "coordinator 2", "lead"]


@pytest.mark.parametrize("role", OFFICE)
def test_whoever_reads_cases_cancels_a_consultation_that_is_to_come(fresh, role):
    there = f"/desk/cases/{fresh.names['case to come']}/cancel-consultation"
    answer = fresh.browser(role).post(there, slot=fresh.names["time to come"], reason="ill")
    assert answer.headers["Location"].endswith("?cancelled=1")


@pytest.mark.parametrize("role", OFFICE)
def test_whoever_reads_cases_says_what_became_of_one_that_has_begun(fresh, role):
    before = fresh.stored()
    fresh.browser(role).post(f"/desk/cases/{fresh.names['case that was']}/outcome", outcome="family")
    assert {"appointment", "access_log", "message"} <= set(fresh.changed_since(before))


@pytest.mark.parametrize(
    ("whose", "what", "table"),
    [
        ("coordinator 1", "hours", "schedule_window"),
        ("coordinator 1", "days", "schedule_exception"),
        ("clinic", "days", "schedule_exception"),
    ],
)
def test_a_row_of_a_calendar_goes_at_its_own_address_and_stays_at_every_other(fresh, whose, what, table):
    names, admin, found = fresh.names, fresh.browser("admin"), []
    own = f"{what} of {'the clinic' if whose == 'clinic' else whose}"
    others = [name for name in names if name.startswith(("hours of ", "days of ")) and name != own]
    for row in ["made-up slot", *others, own]:
        before = fresh.stored()
        admin.post(f"/desk/calendars/{names[whose]}/{what}/{names[row]}/remove")
        found += [row] if table in fresh.changed_since(before) else []
    assert (len(others), found) == (4, [own])


@pytest.mark.parametrize(
    "path",
    [
        "/en//desk/cases",
        "/en/desk//cases",
        "/en/desk/cases/",
        "/en/desk/cases;x",
        "/en/desk/%63ases",
        "/en/desk/./cases",
        "/EN/desk/cases",
        "/xx/desk/cases",
        "/en/en/desk/cases",
        "/en/case/",
        "/en//case",
        "/EN/case",
        "/en/start/../case",
    ],
)
def test_an_oddly_written_address_opens_nothing_for_a_stranger(scene, path):
    assert verdict(scene.browser("nobody").ask("GET", path)) != OPENS


@pytest.mark.parametrize(("line", "role"), CELLS)
def test_each_role_at_each_route(scene, line, role):
    answer = scene.browser(role).ask(line.method, line.address(scene.names), **line.said(scene.names))
    assert verdict(answer) == line.expected[role]
