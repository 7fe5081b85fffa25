"""What every test may ask for; the fixtures themselves stand in tests/support, one file for each subject."""

pytest_plugins = ["tests.support.postgres", "tests.support.mailserver"]
