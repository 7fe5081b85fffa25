"""Time zones are chosen by a city in the reader's own letters, found under any name, and guessed but never made up."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from portal.cases.models import Case
from portal.extensions import db
from portal.i18n import LANGUAGES, city, countries, only_zone, zone_name, zone_of, zones
from portal.i18n.zones import NO_PLACES, other_names
from portal.intake.long_lists import options
from tests.intake.conftest import PERSON
from tests.support.visitor import Visitor

CODES = [one.code for one in LANGUAGES]
LATIN, ARABIC = re.compile("[A-Za-z]"), re.compile("[\u0600-\u06ff]")
LISTED = {zone for zone, _place, _others in zones("en")}
YEAR = 2027
# Zones whose names changed, which programs know by the old one or the new one.
RENAMED = {
    "Europe/Kiev": "Europe/Kyiv",
    "Asia/Calcutta": "Asia/Kolkata",
    "Asia/Katmandu": "Asia/Kathmandu",
    "Asia/Rangoon": "Asia/Yangon",
    "Asia/Saigon": "Asia/Ho_Chi_Minh",
    "Africa/Asmera": "Africa/Asmara",
    "America/Godthab": "America/Nuuk",
    "America/Buenos_Aires": "America/Argentina/Buenos_Aires",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Coral_Harbour": "America/Atikokan",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Pacific/Enderbury": "Pacific/Kanton",
    "US/Eastern": "America/New_York",
    "Canada/Newfoundland": "America/St_Johns",
    "Australia/LHI": "Australia/Lord_Howe",
    "Turkey": "Europe/Istanbul",
    "Egypt": "Africa/Cairo",
    "Eire": "Europe/Dublin",
}


# The list


def test_every_country_that_has_a_clock_is_in_the_list():
    # On Bouvet Island and the McDonald Islands nobody lives; Kosovo goes by Belgrade, and the hint says how to choose.
    without = {code for code, _name in countries("en")} - {_country(zone) for zone in LISTED}
    assert without == {"BV", "HM", "XK"}


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Asia/Riyadh", "America/Coyhaique", "America/Ciudad_Juarez"])
def test_zones_that_other_lists_miss_are_there(zone):
    assert zone in LISTED


@pytest.mark.parametrize("code", CODES)
def test_no_two_zones_are_called_alike(code):
    assert len({place for _zone, place, _others in zones(code)}) == len(LISTED)


def test_cities_stand_in_arabic_letters_for_who_reads_arabic():
    assert [place for _zone, place, _others in zones("ar") if LATIN.search(place)] == []


@pytest.mark.parametrize("code", ["en", "fr", "tr"])
def test_cities_stand_in_latin_letters_for_who_reads_those(code):
    assert [place for _zone, place, _others in zones(code) if ARABIC.search(place) or "_" in place] == []


@pytest.mark.parametrize(("code", "said"), [("ar", "كالكتا"), ("en", "Kolkata"), ("fr", "Calcutta"), ("tr", "Kalküta")])
@pytest.mark.parametrize("name", ["Asia/Kolkata", "Asia/Calcutta"])
def test_a_city_has_its_word_by_either_name_of_its_zone(code, said, name):
    assert (city(name, code), zone_name(name, code).endswith(f" – {said}")) == (said, True)


def test_no_zone_of_the_list_is_a_distance_to_utc():
    assert [zone for zone in LISTED if zone.startswith("Etc/") or "/" not in zone] == []


# Names


@pytest.mark.parametrize(("name", "zone"), RENAMED.items())
def test_a_zone_is_found_under_its_other_names(name, zone):
    assert (zone_of(name), name in other_names(zone)) == (zone, True)


@pytest.mark.parametrize("zone", ["Africa/Asmara", "Europe/Oslo", "Atlantic/Reykjavik", "Pacific/Chuuk"])
def test_a_place_whose_clock_another_one_shares_is_still_itself(zone):
    assert zone_of(zone) == zone


@pytest.mark.parametrize(
    "name", ["", "UTC", "GMT", "Etc/GMT-3", "Factory", "localtime", "Mars/Base", *sorted(NO_PLACES)]
)
def test_what_names_no_place_is_none_of_them(name):
    assert zone_of(name) is None


def test_another_name_shows_the_same_clock():
    weeks = [datetime(YEAR, 1, 1, tzinfo=UTC) + timedelta(weeks=week) for week in range(52)]
    names = [(name, zone_of(name)) for name in sorted(available_timezones()) if zone_of(name) not in {None, name}]
    wrong = [
        (name, zone)
        for name, zone in names
        if any(
            one.astimezone(ZoneInfo(name)).utcoffset() != one.astimezone(ZoneInfo(str(zone))).utcoffset()
            for one in weeks
        )
    ]
    assert (len(names) > 80, wrong) == (True, [])


# Guessed from the country


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("TR", "Europe/Istanbul"),
        ("IQ", "Asia/Baghdad"),
        ("IN", "Asia/Kolkata"),
        ("DE", "Europe/Berlin"),  # Büsingen has another zone and the same clock
        ("AR", "America/Argentina/Buenos_Aires"),
        ("CA", ""),
        ("US", ""),
        ("AU", ""),
        ("ES", ""),
        ("XX", ""),
        (None, ""),
    ],
)
def test_a_country_gives_a_zone_only_where_all_its_clocks_agree(country, zone):
    assert only_zone(country, YEAR) == zone


@pytest.fixture
def family(app, clock) -> Visitor:
    """A family that has not said anything yet."""
    return Visitor(app).begin()


def chosen(family: Visitor, path: str = "/case/section/person") -> str:
    [zone] = family.page(family.open(path)).form().controls["timezone"].chosen
    return zone


def test_before_anything_is_known_no_zone_is_chosen(family):
    assert chosen(family) == ""


@pytest.mark.parametrize(("country", "zone"), [("TR", "Europe/Istanbul"), ("CA", ""), ("US", "")])
def test_without_scripts_the_country_tells_where_it_can(family, country, zone):
    family.post("/case/section/person", **PERSON | {"country": country, "timezone": ""})
    assert chosen(family) == zone


def test_a_guess_is_shown_and_not_kept_until_the_family_says_so(family):
    family.post("/case/section/person", **PERSON | {"country": "TR", "timezone": ""})
    chosen(family)
    with family.app.app_context():
        assert db.session.get_one(Case, family.case_id()).time_zone == ""


def test_a_zone_that_was_chosen_is_not_guessed_away(family):
    family.post("/case/section/person", **PERSON | {"country": "TR", "timezone": "Europe/Berlin"})
    assert chosen(family) == "Europe/Berlin"


@pytest.mark.parametrize("name", ["Asia/Calcutta", "US/Eastern", "Europe/Kiev"])
def test_an_answer_under_an_old_name_stands_chosen_under_the_new_one(name):
    place = zone_of(name)
    assert f'<option value="{place}" selected' in options("time_zone", "en").with_chosen(name)


def test_utc_is_no_answer_and_says_so(family):
    page = family.page(family.post("/case/section/person", **PERSON | {"timezone": "UTC"}))
    assert list(page.errors) == ["timezone"]


def test_a_familys_clock_is_never_taken_for_granted(family):
    family.post("/case/section/person", **PERSON | {"country": "CA", "timezone": ""})
    page = family.page(family.open("/case/book"))
    assert page.headings == ["First, where you are"]


def _country(zone: str) -> str:
    place = zone_name(zone, "en").partition(" – ")[0]
    return next(code for code, name in countries("en") if name == place)
