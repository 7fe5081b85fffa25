"""Every page in every language: parses, one first heading, the right language and direction, headers on all."""

import gzip
import re

import pytest

from portal.extensions import db
from portal.i18n import LANGUAGES
from portal.web.session_rows import WebSession
from tests.support.pages import Page
from tests.support.serving import ROOT

PUBLIC = [
    "",
    "start",
    "start/who",
    "resume",
    "signed-out",
    "urgent",
    "honest",
    "about",
    "privacy",
    "accessibility",
    "desk/sign-in",
]
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
ADDRESSES = ["/", "/en/", "/en/none", "/static/portal.css", "/static/none.css", "/healthz", "/xx/", "/en/case"]


@pytest.fixture(params=[language.code for language in LANGUAGES])
def language(request: pytest.FixtureRequest):
    return next(one for one in LANGUAGES if one.code == request.param)


@pytest.fixture(params=PUBLIC)
def page(request: pytest.FixtureRequest, client, language) -> Page:
    answer = client.get(f"/{language.code}/{request.param}")
    return Page(f"http://localhost/{language.code}/{request.param}", answer.text, answer.status_code)


def test_a_page_answers_in_its_language_and_direction(page, language):
    assert (page.status, page.lang, page.dir) == (200, language.code, language.dir)


def test_a_page_has_one_first_heading_and_a_title(page):
    assert (len(page.headings), bool(page.headings[0]), bool(page.title)) == (1, True, True)


@pytest.mark.parametrize(("path", "host"), [("there-is-no-such-page", "localhost"), ("urgent", "evil.example")])
def test_every_error_page_leads_to_what_to_do_when_it_is_urgent(client, language, path, host):
    answer = client.get(f"/{language.code}/{path}", headers={"Host": host})
    page = Page("http://localhost", answer.text, answer.status_code)
    assert answer.status_code >= 400
    assert any(address.endswith(f"/{language.code}/urgent") for _text, address in page.links)


def test_where_the_host_is_not_ours_that_link_leads_to_ours(client):
    answer = client.get("/en/", headers={"Host": "evil.example"})
    (address,) = [address for _text, address in Page("http://evil.example", answer.text, 400).links]
    assert address == "http://localhost/en/urgent"


def test_an_unknown_page_is_a_page_in_the_readers_language(client, language):
    answer = client.get(f"/{language.code}/there-is-no-such-page")
    page = Page("http://localhost", answer.text, answer.status_code)
    assert (page.status, page.lang, page.dir, len(page.headings)) == (404, language.code, language.dir, 1)


@pytest.mark.parametrize("address", ADDRESSES)
def test_security_headers_stand_on_every_answer(client, address):
    headers = client.get(address, buffered=True).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_policy_allows_no_inline_script_or_style(client, address):
    policy = client.get(address, buffered=True).headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy


@pytest.mark.parametrize("address", ["/en/", "/en/start/who", "/en/none", "/healthz"])
def test_no_page_is_kept_by_browser_or_proxy(client, address):
    assert client.get(address, buffered=True).headers["Cache-Control"] == "no-store"


def test_a_static_file_is_kept_for_a_year(client):
    assert "immutable" in client.get("/static/portal.css", buffered=True).headers["Cache-Control"]


def test_https_is_remembered(make_app):
    answer = make_app(base_url="https://portal.example").test_client().get("/en/", base_url="https://portal.example")
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_another_host_name_is_refused(client):
    assert client.get("/en/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [("ar-IQ,ar;q=0.9", "ar"), ("de,fr;q=0.5", "fr"), ("../../etc, *;q=0.1, junk", "en"), ("", "en"), ("zh_CN", "en")],
)
def test_the_front_door_leads_to_the_best_language(client, accepted, expected):
    answer = client.get("/", headers={"Accept-Language": accepted})
    assert answer.headers["Location"] == f"/{expected}/"


def test_an_anonymous_look_leaves_nothing_on_the_server(app, client):
    client.get("/en/start/who")
    with app.app_context():
        assert db.session.query(WebSession).count() == 0


def test_the_health_check_says_one_word(client):
    assert client.get("/healthz").json == {"status": "ok"}


def test_a_stylesheet_is_small_and_turns_with_the_direction(client):
    sheet = client.get("/static/portal.css", buffered=True).data
    physical = re.findall(
        rb"(?:margin|padding|border)-(?:left|right)|[^-](?:left|right)\s*:|text-align:\s*(?:left|right)", sheet
    )
    assert (physical, len(gzip.compress(sheet)) <= 8 * 1024) == ([], True)


def test_the_script_is_small(client):
    script = client.get("/static/portal.js", buffered=True)
    assert (script.status_code, len(script.data) <= 13.5 * 1024) == (200, True)


def test_no_field_cuts_what_is_pasted_into_it():
    templates = sorted((ROOT / "portal").rglob("*.html"))
    assert ([one.name for one in templates if "maxlength" in one.read_text()], len(templates) > 50) == ([], True)
