"""What every test may ask for; the fixtures themselves stand in tests/support, one file for each subject."""

import pytest
from hypothesis import HealthCheck, settings

# How quick this machine is says nothing about what is right.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest.register_assert_rewrite("tests.support")
pytest_plugins = [
    "tests.support.postgres",
    "tests.support.mailserver",
    "tests.support.application",
    "tests.support.browser",
    "tests.support.files",
    "tests.support.serving",
]
