"""A new version of the questionnaire: cases keep the one they began with."""

import json

from portal.cases.models import Case
from portal.extensions import db
from tests.intake import synthetic
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

pytestmark = both_in_full


def publish_next(data) -> None:
    """A version 2 without the question `one`, for new cases."""
    place = data / "synthetic-2"
    place.mkdir()
    definition = json.loads((data / "synthetic-1" / "definition.json").read_text()) | {"id": "synthetic-2"}
    definition["sections"] = definition["sections"][:1]
    (place / "definition.json").write_text(json.dumps(definition))
    for path in (data / "synthetic-1").glob("??.json"):
        words = json.loads(path.read_text())
        words["sections"] = {"person": words["sections"]["person"]}
        kept = {one["code"] for one in definition["sections"][0]["questions"]}
        words["questions"] = {code: said for code, said in words["questions"].items() if code in kept}
        (place / path.name).write_text(json.dumps(words))
    (data / "CURRENT").write_text("synthetic-2")
    synthetic.forget()


def test_an_old_draft_opens_with_its_own_version(visitor, data):
    visitor.post("/case/section/kinds", one="red")
    publish_next(data)
    assert 'value="red" checked' in visitor.open("/case/section/kinds").text


def test_a_new_case_begins_with_the_new_version(visitor, data):
    publish_next(data)
    other = Visitor(visitor.app).begin("other@family.example")
    assert other.open("/case/section/kinds").status_code == 404


def test_a_case_names_its_version(visitor):
    with visitor.app.app_context():
        assert db.session.get_one(Case, visitor.case_id()).questionnaire == "synthetic-1"
