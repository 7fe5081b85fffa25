"""The schema: which step of its history the database should be at, and the way there."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parents[2] / "migrations"


def upgrade() -> None:
    """Bring the database of the application at hand to the newest step."""
    command.upgrade(_config(), "head")


def downgrade(step: str) -> None:
    """Take the database back to an earlier step, with what only later ones can hold; `base` is an empty one."""
    command.downgrade(_config(), step)


def newest() -> str | None:
    """The newest step of the history."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
