"""Before it serves, the portal answers its first page once in each language, as the families will ask for it."""

import pytest
from flask import Flask, request, request_finished
from structlog.testing import capture_logs

from portal.i18n import LANGUAGES
from portal.lifecycle.serve import warm_up

PUBLIC = {"base_url": "https://portal.clinic.example"}
CODES = [language.code for language in LANGUAGES]


def answers(app: Flask) -> list[tuple[str, int]]:
    """What is asked for and answered while the application warms up."""
    seen: list[tuple[str, int]] = []

    def see(_app: Flask, response) -> None:
        seen.append((request.url, response.status_code))

    with request_finished.connected_to(see, app):
        warm_up(app)
    return seen


def complaints(app: Flask) -> list[tuple[str, str]]:
    """The language and the reason of each failure that is logged."""
    with capture_logs() as logs:
        warm_up(app)
    return [(line["language"], line["found"]) for line in logs if line["event"] == "not_warm"]


@pytest.mark.parametrize(
    "more", [{}, {"role": "public"}, {"proxy_hops": 1}, {"base_url": "https://clinic.example:8443"}]
)
def test_on_a_public_address_the_first_page_is_answered_in_each_language(make_app, more):
    settings = PUBLIC | more
    assert answers(make_app(**settings)) == [(f"{settings['base_url']}/{code}/", 200) for code in CODES]


def test_in_the_demo_it_is_answered_too(make_app):
    assert [status for _url, status in answers(make_app(base_url="", demo=True))] == [200] * len(CODES)


def test_a_process_for_the_desk_answers_its_own_first_page(make_app):
    found = answers(make_app(**PUBLIC, role="desk"))
    assert found == [(f"{PUBLIC['base_url']}/{code}/desk/sign-in", 200) for code in CODES]


def test_where_all_is_well_nothing_is_complained_of(make_app):
    assert complaints(make_app(**PUBLIC)) == []


def test_a_page_that_fails_is_complained_of_and_stops_nothing(make_app, monkeypatch):
    app = make_app(**PUBLIC)
    monkeypatch.setitem(app.view_functions, "family.home", lambda: ("", 503))
    assert complaints(app) == [(code, "503 SERVICE UNAVAILABLE") for code in CODES]


def test_an_application_that_breaks_is_complained_of_and_stops_nothing(make_app, monkeypatch):
    def break_down(*_given):
        raise ZeroDivisionError

    app = make_app(**PUBLIC)
    monkeypatch.setattr(app, "wsgi_app", break_down)
    assert complaints(app) == [(code, "ZeroDivisionError") for code in CODES]
