"""Free times for the clinic's own site: the same as the page shows, kept a minute, for who is allowed to read them."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from portal.booking.slots import token_of
from tests.booking.scene import AT_NINE, MINUTES, MONDAY, Scene
from tests.support.visitor import Visitor

SPEAKS = ("en", "fr", "tr", "ar")
ASKED = "/api/free-times?language=fr&zone=Europe/Paris"


@pytest.fixture
def clinic(app: Flask, clock) -> Flask:
    """Six mornings of three times, and one time in the family's night."""
    with app.app_context():
        scene = Scene(app)
        schedule = scene.coordinator(speaks=SPEAKS)
        scene.open_day(schedule, last=MONDAY + timedelta(days=5))
        scene.times(schedule, datetime(2027, 3, 8, 2, tzinfo=UTC))
    return app


@pytest.fixture
def full(clinic: Flask) -> Flask:
    """On seventeen days, nine of them with many times."""
    with clinic.app_context():
        scene = Scene(clinic)
        schedule = scene.coordinator("two", speaks=SPEAKS)
        for day in range(17):
            first = AT_NINE + timedelta(days=day, hours=4)
            scene.times(schedule, *(first + timedelta(minutes=10 * one) for one in range(20 if day > 7 else 1)))
    return clinic


@pytest.mark.parametrize("page", ["clinic", "full"])
def test_it_lists_what_the_page_of_a_family_lists(page, request):
    clinic = request.getfixturevalue(page)
    family = Visitor(clinic).begin().answer("person")
    shown = family.page(family.open("/case/book")).form().controls["slot"].offered
    assert [one["token"] for one in clinic.test_client().get(ASKED).json["times"]] == shown


def nights(app: Flask) -> Flask:
    """Ten times, all of them in the night of a family in Paris."""
    with app.app_context():
        scene = Scene(app)
        begin = datetime(2027, 3, 8, 2, tzinfo=UTC)
        scene.times(scene.coordinator(speaks=SPEAKS), *(begin + timedelta(days=day) for day in range(10)))
    return app


def test_where_only_the_night_is_free_it_is_listed_and_said_as_on_the_page(app, clock):
    found = nights(app).test_client().get(ASKED).json
    family = Visitor(app).begin().answer("person")
    shown = family.page(family.open("/case/book")).form().controls["slot"].offered
    assert (found["any_hour"], [one["token"] for one in found["times"]]) == (True, shown)


@pytest.mark.parametrize("most", ["", "&most=7"])
def test_the_next_page_of_such_nights_goes_on_with_them(app, clock, most):
    client = nights(app).test_client()
    later = client.get(f"{ASKED}{most}&from={client.get(ASKED + most).json['next']}").json
    assert (later["any_hour"], len(later["times"]), later["next"]) == (True, 3, None)


@pytest.mark.parametrize("hour", [2, 20])
def test_so_it_does_from_a_time_that_ends_after_the_day(app, clock, hour):
    with app.app_context():
        scene = Scene(app)
        begin = datetime(2027, 3, 8, hour, 30, tzinfo=UTC)
        scene.times(scene.coordinator(speaks=SPEAKS), *(begin + timedelta(days=day) for day in range(8)))
    client = app.test_client()
    assert len(client.get(f"{ASKED}&from={client.get(ASKED).json['next']}").json["times"]) == 1


@pytest.mark.parametrize("most", ["", "&most=7"])
def test_where_there_are_days_a_page_after_them_has_no_nights(clinic, most):
    with clinic.app_context():
        Scene(clinic).times(1, AT_NINE + timedelta(days=9, hours=-4))
    beyond = token_of(AT_NINE + timedelta(days=8), AT_NINE + timedelta(days=8, minutes=MINUTES))
    found = clinic.test_client().get(f"{ASKED}{most}&from={beyond}").json
    assert (found["any_hour"], found["times"]) == (False, [])


def test_its_pages_are_seven_whole_days_where_no_number_is_asked_for(full):
    found = [full.test_client().get(ASKED).json]
    while found[-1]["next"]:
        found.append(full.test_client().get(f"{ASKED}&from={found[-1]['next']}").json)
    assert [len({one["local"][:10] for one in page["times"]}) for page in found] == [7, 7, 3]


def test_a_time_stands_in_utc_and_on_the_clock_that_was_asked_for(clinic):
    first = clinic.test_client().get(ASKED).json["times"][0]
    assert first == {
        "start": "2027-03-08T06:00Z",
        "end": "2027-03-08T06:40Z",
        "local": "2027-03-08T07:00+01:00",
        "token": token_of(AT_NINE, AT_NINE + timedelta(minutes=MINUTES)),
    }


def test_the_night_comes_on_request(clinic):
    assert len(clinic.test_client().get(f"{ASKED}&hours=all").json["times"]) == 19


def test_pages_follow_each_other_without_gap(clinic):
    first = clinic.test_client().get(f"{ASKED}&most=10").json
    later = clinic.test_client().get(f"{ASKED}&most=10&from={first['next']}").json
    tokens = [one["token"] for one in (*first["times"], *later["times"])]
    assert (len(tokens), len(set(tokens)), later["next"]) == (18, 18, None)


@pytest.mark.parametrize("zone", ["US/Pacific-New", "Canada/East-Saskatchewan", "Asia/Calcutta"])
def test_a_zone_is_understood_by_any_of_its_names(clinic, zone):
    answer = clinic.test_client().get(f"/api/free-times?language=fr&zone={zone}&hours=all")
    assert (answer.status_code, answer.json["zone"], len(answer.json["times"])) == (200, zone, 19)


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("language=xx&zone=Europe/Paris", "language"),
        ("language=fr&zone=Mars/Olympus", "zone"),
        ("language=fr&zone=UTC", "zone"),
        ("language=fr&zone=localtime", "zone"),
        ("language=fr&zone=Europe/Paris&from=zz-111111111111", "from"),
        ("language=fr", "zone"),
        ("language=fr&zone=Europe/Paris&most=0", "most"),
        ("language=fr&zone=Europe/Paris&most=many", "most"),
        ("language=fr&zone=Europe/Paris&hours=noon", "hours"),
        ("language=fr&zone=Europe/Paris&from=soon", "from"),
        ("language=%00&zone=%00", "language"),
    ],
)
def test_what_cannot_be_read_is_named(clinic, asked, wrong):
    answer = clinic.test_client().get(f"/api/free-times?{asked}")
    assert (answer.status_code, answer.json["error"]["parameter"]) == (400, wrong)


def test_caches_keep_it_for_a_minute_and_an_error_never(clinic):
    kept = [clinic.test_client().get(path).headers["Cache-Control"] for path in (ASKED, "/api/free-times")]
    assert kept == ["public, max-age=60", "no-store"]


def test_nothing_is_left_behind_and_no_cookie_is_given(clinic):
    assert "Set-Cookie" not in clinic.test_client().get(ASKED).headers


@pytest.mark.parametrize(("origin", "read"), [("https://clinic.example", True), ("https://other.example", False)])
def test_only_the_clinics_own_sites_may_read_it_from_a_page(make_app, origin, read):
    app = make_app(clinic_sites=("https://clinic.example",))
    answer = app.test_client().get(ASKED, headers={"Origin": origin})
    assert (answer.headers.get("Access-Control-Allow-Origin") == origin) is read


def test_no_site_may_put_a_page_into_a_frame_unless_it_is_named(make_app):
    policies = [
        make_app(clinic_sites=sites).test_client().get("/en/").headers["Content-Security-Policy"]
        for sites in ((), ("https://clinic.example",))
    ]
    assert ["frame-ancestors 'none'" in policies[0], "frame-ancestors https://clinic.example" in policies[1]] == [
        True,
        True,
    ]


def test_the_description_names_what_is_answered(clinic):
    client = clinic.test_client()
    described = client.get("/api/openapi.json").json["paths"]["/free-times"]["get"]["responses"]
    schema = described["200"]["content"]["application/json"]["schema"]
    found = client.get(ASKED).json
    assert (set(schema["required"]), set(schema["properties"]["times"]["items"]["required"])) == (
        set(found),
        set(found["times"][0]),
    )


@pytest.mark.parametrize("path", ["/en/desk/sign-in", "/desk"])
def test_the_desk_is_in_nobodys_frame(make_app, path):
    answer = make_app(clinic_sites=("https://clinic.example",)).test_client().get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert ("frame-ancestors 'none'" in policy, answer.headers["X-Frame-Options"]) == (True, "DENY")
