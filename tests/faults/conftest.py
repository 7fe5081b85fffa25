"""Broken surroundings: a database server that a test may stop, and a walk that notes what was acknowledged."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

import pytest

from tests.support import postgres_keeper


@dataclass
class OwnPostgres:
    """A PostgreSQL server of this test alone."""

    folder: Path
    server: Popen[bytes] | None = None
    url: str = field(init=False)

    def __post_init__(self) -> None:
        self.url = f"postgresql://postgres@/postgres?host={self.folder}"

    def start(self) -> None:
        """Make the cluster at the first start; later ones find what is there."""
        self.server = postgres_keeper.start(self.folder)

    def stop(self) -> None:
        """As an operator stops it: at once, with whoever is connected."""
        if self.server is not None:
            postgres_keeper.stop(self.server)
            self.server = None


@pytest.fixture
def own_postgres() -> Iterator[OwnPostgres]:
    """A running server that the test may stop and start; a skip where there is none."""
    with tempfile.TemporaryDirectory(prefix="portal-pg-", ignore_cleanup_errors=True) as folder:
        made = OwnPostgres(Path(folder))
        try:
            made.start()
        except postgres_keeper.NoPostgres as reason:
            pytest.skip(f"no PostgreSQL: {reason}")
        yield made
        made.stop()
