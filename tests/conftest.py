"""What every test may ask for; the fixtures themselves stand in tests/support, one file for each subject."""

import gc

import pytest
from hypothesis import HealthCheck, settings

# How quick this machine is says nothing about what is right.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

pytest.register_assert_rewrite("tests.support")
pytest_plugins = [
    "tests.support.once",
    "tests.support.postgres",
    "tests.support.mailserver",
    "tests.support.application",
    "tests.support.browser",
    "tests.support.files",
    "tests.support.serving",
]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look through it again at each of thousands of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """What a test leaves to the collector is its own to be warned of: the next one must not hear of it."""
    if item.get_closest_marker("filterwarnings"):
        gc.collect()
