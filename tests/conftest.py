"""What every test may ask for; the fixtures themselves stand in tests/support, one file for each subject."""

import pytest

pytest.register_assert_rewrite("tests.support")
pytest_plugins = [
    "tests.support.postgres",
    "tests.support.mailserver",
    "tests.support.application",
    "tests.support.browser",
    "tests.support.files",
    "tests.support.serving",
]
