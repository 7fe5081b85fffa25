"""Settings are read once, and unsafe ones refuse to start with one line."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from portal.config import Settings, UnsafeSettings

TOLD = {
    "PORTAL_CONTROLLER_NAME": "Clinic",
    "PORTAL_CONTROLLER_ADDRESS": "Street 1",
    "PORTAL_PERMIT_NUMBER": "1",
    "PORTAL_COORDINATORS_PAID_BY": "Clinic",
    "PORTAL_BASE_URL": "https://portal.example",
}


def refusal(**changed: str) -> str:
    with pytest.raises(UnsafeSettings) as caught:
        Settings.from_environ({**TOLD, **changed}).check()
    return str(caught.value)


def test_complete_settings_are_accepted():
    assert Settings.from_environ(TOLD).check().public_base_url == "https://portal.example"


@pytest.mark.parametrize("name", [name for name in TOLD if name != "PORTAL_BASE_URL"])
def test_what_families_are_told_is_required(name):
    assert name in refusal(**{name: ""})


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"PORTAL_DEMO": "1"}, "PORTAL_DEMO"),
        ({"PORTAL_CLINIC_SITES": "*"}, "PORTAL_CLINIC_SITES"),
        ({"PORTAL_CLINIC_SITES": "https://clinic.example/"}, "PORTAL_CLINIC_SITES"),
        ({"PORTAL_CLINIC_SITES": "https://clinic.example; script-src *"}, "PORTAL_CLINIC_SITES"),
        ({"PORTAL_DEBUG": "1"}, "PORTAL_DEBUG"),
        ({"PORTAL_BASE_URL": "http://portal.example"}, "https"),
        ({"PORTAL_BASE_URL": "portal.example"}, "PORTAL_BASE_URL"),
        ({"PORTAL_SECRET_KEY": "short"}, "PORTAL_SECRET_KEY"),
        ({"PORTAL_ROLE": "everything"}, "PORTAL_ROLE"),
        ({"PORTAL_PORT": "eighty"}, "PORTAL_PORT"),
        ({"PORTAL_PORT": "٨٠"}, "PORTAL_PORT"),
        ({"PORTAL_STORAGE_URL": "s3://bucket"}, "PORTAL_STORAGE_URL"),
        ({"PORTAL_MIAL_SERVER": "x"}, "PORTAL_MIAL_SERVER"),
    ],
)
def test_an_unsafe_setting_is_named(changed, named):
    assert named in refusal(**changed)


def test_a_refusal_is_one_line():
    assert "\n" not in refusal(PORTAL_SECRET_KEY="short")


def test_settings_cannot_be_changed():
    with pytest.raises(AttributeError):
        Settings().port = 1  # type: ignore[misc]


@pytest.mark.parametrize("given", ["postgres://h/n", "postgresql://h/n", "postgresql+psycopg://h/n"])
def test_postgresql_is_always_reached_by_psycopg_3(given):
    assert Settings(sqlalchemy_database_uri=given).database_uri == "postgresql+psycopg://h/n"


def test_the_documentation_lists_every_setting():
    documented = set(re.findall(r"^\| `(PORTAL_\w+)`", Path("docs/configuration.md").read_text(), re.MULTILINE))
    assert documented == {f"PORTAL_{field.name.upper()}" for field in fields(Settings)}
