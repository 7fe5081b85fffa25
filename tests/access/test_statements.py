"""What a look costs the database: little for a public page, nothing kept for a stranger."""

import pytest

from portal.extensions import db
from tests.access.scene import Stage, statements
from tests.access.who_may import OPENS, TABLE, Line
from tests.booking.scene import AT_NINE, token

MOST = 3
PUBLIC = [line for line in TABLE if line.method == "GET" and line.expected["nobody"] == OPENS]

FOR_FAMILIES = [line for line in PUBLIC if line.expected["family B"] == OPENS and "/desk/" not in line.path]


def asked(scene: Stage, role: str, line: Line) -> list[str]:
    """The statements of one request."""
    with statements(scene) as told:
        answer = scene.browser(role).ask("GET", line.address(scene.names))
    assert answer.status_code == 200
    return told


ASKED_FOR = [  # what is read by programs, at addresses that say what they want
    "/api/free-times?language=en&zone=Europe/Paris",
    "/api/free-times?language=en&zone=Pacific/Auckland&hours=all",
    "/api/free-times?language=sw&zone=Africa/Nairobi",
    "/api/free-times?language=sw&zone=Africa/Nairobi&hours=all",
    "/api/free-times?language=sw&zone=Africa/Nairobi&from={next}",
    "/api/free-times?language=en&zone=Europe/Paris&from={next}",
    "/api/calendar/{feed}.ics",
    "/api/calendar/{feed of the interpreter}.ics",
    "/api/calendar/{made-up link}.ics",
]


@pytest.mark.parametrize("role", ["nobody", "family B"])
@pytest.mark.parametrize("path", ASKED_FOR)
def test_what_programs_ask_for_costs_three_statements_at_most(scene, path, role):
    with statements(scene) as told:
        answer = scene.browser(role).ask("GET", path.format(**scene.names, next=token(AT_NINE)))
    assert (answer.status_code, len(told) <= MOST) == (404 if "made-up" in path else 200, True), told


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
