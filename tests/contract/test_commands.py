"""The commands that an operator relies on, run as processes of their own."""

import json
from datetime import UTC, datetime

import pytest

from tests.support.serving import Portal, environment_for, run_command


@pytest.fixture
def portal(demo_portal: Portal) -> Portal:
    return demo_portal


def test_routes_are_listed_with_methods_audience_and_fields(portal):
    routes = json.loads(portal.command("routes", "--json").stdout)
    assert all(set(route) >= {"path", "methods", "audience", "fields"} for route in routes)


def test_a_booking_form_says_that_it_takes_a_slot(portal):
    routes = json.loads(portal.command("routes", "--json").stdout)
    assert ["slot"] in [route["fields"] for route in routes if route["path"] == "/<lang>/case/book"]


def test_doctor_finds_a_running_portal_well(portal):
    done = portal.command("doctor", "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, {"ok": True, "problems": []})


@pytest.mark.parametrize("command", [("keys", "check"), ("audit", "verify"), ("languages", "check")])
def test_checks_succeed(portal, command):
    done = portal.command(*command)
    assert done.returncode == 0, done.stderr


def test_the_demo_tells_how_each_role_signs_in(portal):
    people = portal.demo()
    assert all(set(one) == {"role", "email", "password", "totp_secret", "signin_url"} for one in people)
    assert sorted(one["role"] for one in people) == [
        "admin",
        "coordinator",
        "coordinator",
        "coordinator",
        "interpreter",
        "lead",
    ]


def test_only_its_owner_reads_how_people_sign_in(portal):
    assert (portal.instance / "demo.json").stat().st_mode & 0o777 == 0o600


def test_a_person_is_added_with_an_invitation_and_removed(portal):
    added = portal.command("people", "add", "new@clinic.example", "--name", "New", "--role", "lead")
    removed = portal.command("people", "revoke", "new@clinic.example")
    assert (added.returncode, "/desk/invitation/" in added.stdout, removed.returncode) == (0, True, 0)


def test_a_person_who_lives_elsewhere_by_now_is_said_to_and_a_place_that_is_none_is_an_error(portal):
    said = ("people", "place", "coordinator.one@clinic.example", "--time-zone")
    moved, refused = portal.command(*said, "Europe/Berlin"), portal.command(*said, "Mars/Olympus")
    assert (moved.returncode, "times added" in moved.stdout) == (0, True)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)


def test_an_unknown_person_is_an_error(portal):
    done = portal.command("people", "revoke", "nobody@clinic.example")
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)


def test_slots_are_added_in_the_clinics_wall_time_and_no_mistyped_year(portal):
    answers = []
    for years in (1, 100):
        day = f"{datetime.now(UTC).year + years}-07-01"
        hours = ("--from", "09:00", "--to", "10:00", "--minutes", "30", "--weekdays", "0,1,2,3,4,5,6")
        done = portal.command("slots", "add", "coordinator.one@clinic.example", "--first", day, "--last", day, *hours)
        answers.append((done.returncode, (done.stdout or done.stderr).strip()))
    assert answers == [(0, "2 added, 0 skipped"), (1, "portal: more than two years ahead")]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"debug": 1, "demo": 0, "base_url": "https://portal.example"}, "PORTAL_"),
        ({"demo": 1, "base_url": "https://portal.example"}, "PORTAL_DEMO"),
        ({"nonsense": 1}, "PORTAL_NONSENSE"),
    ],
)
def test_unsafe_settings_refuse_with_one_line(tmp_path, settings, said):
    done = run_command(environment_for(tmp_path, **settings), "init")
    assert (done.returncode != 0, said in done.stderr, done.stderr.count("\n")) == (True, True, 1)


def test_serving_an_instance_that_was_never_set_up_is_refused(tmp_path):
    done = run_command(environment_for(tmp_path / "none"), "serve")
    assert (done.returncode, "portal init" in done.stderr) == (1, True)


def test_health_answers_while_it_serves(portal):
    assert portal.healthy()
