"""What every test may ask for; the fixtures themselves stand in tests/support, one file for each subject."""

import gc
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, settings
from werkzeug.routing import Rule

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


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the collector need not look through it again at each of thousands of tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """What a test leaves to the collector is its own to be warned of: the next one must not hear of it."""
    if item.get_closest_marker("filterwarnings"):
        gc.collect()


BUILDERS: dict[tuple[object, ...], Callable[..., object]] = {}
compile_builder = Rule._compile_builder


def compile_builder_once(rule: Rule, append_unknown: bool = True) -> Callable[..., object]:
    """Compiling the addresses anew is nearly all that an application costs, and thousands are built here."""
    key = (rule.rule, rule.host, repr(rule.defaults), append_unknown, repr(rule._trace))
    if key not in BUILDERS:
        BUILDERS[key] = compile_builder(rule, append_unknown)
    return BUILDERS[key]


Rule._compile_builder = compile_builder_once
