"""Ages, numbers and sizes in words: no language reads the bare name of a unit."""

import pytest

from portal.i18n import LANGUAGES, age, decimal, file_size

LANGUAGE_CODES = [one.code for one in LANGUAGES]
NOT_YET_OFFERED = ["ckb", "de", "es", "fa", "hi", "it", "ku", "pt", "ru", "sq", "ur"]
SIZES = (1, 1_000, 2_500, 1_000_000, 1_400_000, 50_000_000)


@pytest.mark.parametrize(
    ("code", "years", "months"),
    [
        ("en", ["1 year", "31 years"], ["1 month", "30 months"]),
        ("fr", ["1 an", "31 ans"], ["1 mois", "30 mois"]),
        ("tr", ["1 yaş", "31 yaş"], ["1 ay", "30 ay"]),
        ("ar", ["سنة واحدة", "31 سنة"], ["شهر واحد", "30 شهرًا"]),
    ],
)
def test_an_age_is_said_in_each_language(code, years, months):
    assert [age(number, "years", code) for number in (1, 31)] == years
    assert [age(number, "months", code) for number in (1, 30)] == months


@pytest.mark.parametrize("code", [*LANGUAGE_CODES, *NOT_YET_OFFERED])
def test_no_size_is_said_by_the_name_of_its_unit(code):
    assert [said for size in SIZES if "digital-" in (said := file_size(size, code))] == []


def test_a_number_has_the_mark_of_its_language():
    assert [decimal("12.5", code) for code in LANGUAGE_CODES] == ["12.5", "12,5", "12,5", "12.5"]
