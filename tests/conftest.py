"""What every test may ask for; the fixtures themselves stand in tests/support, one file for each subject."""

pytest_plugins = [
    "tests.support.application",
    "tests.support.browser",
    "tests.support.files",
    "tests.support.mailserver",
    "tests.support.postgres",
    "tests.support.serving",
]
