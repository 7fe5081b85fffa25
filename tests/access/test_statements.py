"""What a look costs the database: little for a public page, nothing kept for a stranger."""

import pytest

from portal.extensions import db
from tests.access.scene import Stage, statements
from tests.access.who_may import OPENS, TABLE, Line

MOST = 3
PUBLIC = [line for line in TABLE if line.method == "GET" and line.expected["nobody"] == OPENS]

FOR_FAMILIES = [line for line in PUBLIC if line.expected["family B"] == OPENS and "/desk/" not in line.path]


def asked(scene: Stage, role: str, line: Line) -> list[str]:
    """The statements of one request."""
    with statements(scene) as told:
        answer = scene.browser(role).ask("GET", line.address(scene.names))
    assert answer.status_code == 200
    return told


def everything(scene: Stage) -> dict[str, list[object]]:
    """All rows, sessions and counters included, and the names of all objects."""
    with scene.app.app_context():
        rows = {table.name: list(db.session.execute(table.select())) for table in db.metadata.sorted_tables}
    return rows | {"objects": scene.stored()["objects"]}


def test_there_are_public_pages():
    assert len(PUBLIC) > 10


@pytest.mark.parametrize("role", ["nobody", "family B"])
@pytest.mark.parametrize("line", FOR_FAMILIES, ids=str)
def test_a_public_page_asks_the_database_three_things_at_most(scene, line, role):
    told = asked(scene, role, line)
    assert len(told) <= MOST, told


@pytest.mark.parametrize("line", PUBLIC, ids=str)
def test_a_strangers_look_leaves_nothing_on_the_server(scene, line):
    before = everything(scene)
    asked(scene, "nobody", line)
    assert everything(scene) == before
