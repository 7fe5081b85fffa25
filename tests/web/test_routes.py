"""Who may open which route: said once here for a reviewer, held against the application."""

import pytest

from portal.web.routes import describe

STAFF = ["coordinator", "lead", "interpreter", "admin"]
OPEN_TO_ALL = {
    "/",
    "/desk",
    "/healthz",
    "/api/free-times",
    "/api/openapi.json",
    "/api/calendar/<token>",
    "/static/<path:filename>",
    "/<lang>/",
    "/<lang>/start",
    "/<lang>/start/who",
    "/<lang>/start/agree",
    "/<lang>/resume",
    "/<lang>/resume/code",
    "/<lang>/resume/<token>",
    "/<lang>/signed-out",
    "/<lang>/urgent",
    "/<lang>/honest",
    "/<lang>/about",
    "/<lang>/privacy",
    "/<lang>/accessibility",
    "/<lang>/desk/sign-in",
    "/<lang>/desk/sign-in/code",
    "/<lang>/desk/invitation/<token>",
}


@pytest.fixture
def routes(app):
    return describe(app)


def test_every_route_has_an_audience(routes):
    assert [route["path"] for route in routes if not route["audience"]] == []


def test_only_these_routes_are_open_to_everyone(routes):
    assert {route["path"] for route in routes if route["audience"] == ["public"]} == OPEN_TO_ALL


def test_a_familys_pages_are_for_families_only(routes):
    case = [route for route in routes if route["path"].startswith("/<lang>/case")]
    assert {tuple(route["audience"]) for route in case} == {("family",)}


def test_the_desk_is_for_staff_only(routes):
    desk = [route for route in routes if route["path"].startswith("/<lang>/desk") and route["path"] not in OPEN_TO_ALL]
    assert [route["path"] for route in desk if not set(route["audience"]) <= set(STAFF)] == []


def test_health_data_is_not_for_admins(routes):
    cases = [route for route in routes if "/desk/cases/" in route["path"]]
    assert cases
    assert [route["path"] for route in cases if "admin" in route["audience"]] == []


def test_a_stranger_is_led_away_from_every_guarded_route(app, client, routes):
    guarded = [route for route in routes if route["audience"] != ["public"]]
    csrf = app.config["WTF_CSRF_ENABLED"] = False
    answers = {}
    for route in guarded:
        path = route["path"].replace("<lang>", "en")
        for method in route["methods"]:
            concrete = "/".join("x" if part.startswith("<") else part for part in path.split("/"))
            answers[f"{method} {concrete}"] = client.open(concrete, method=method).status_code
    assert {line: status for line, status in answers.items() if status not in {302, 303, 404}} == {}, csrf
