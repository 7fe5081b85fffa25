"""A family that began with the first questionnaire finishes with it, whatever has come since."""

import json
import shutil

import pytest

from portal.cases.models import SUBMITTED, Case
from portal.extensions import db
from portal.i18n import LANGUAGES
from portal.intake.questionnaire import store
from portal.intake.service.answers import read_case
from tests.intake import synthetic
from tests.staff.colleague import Colleague, employ
from tests.support.application import both_in_full
from tests.support.visitor import Visitor

NOTATION = "c.(6438+1_6439-1)_(7309+1_7310-1)del"
REPORT = {"gen_report_status": "done_no_copy", "gen_gene": "DMD", "gen_kind": "exon_deletion"}


@pytest.fixture(params=[one.code for one in LANGUAGES])
def family(app, tmp_path, monkeypatch, request) -> Visitor:
    """It has answered the first version; afterwards the version of today has come."""
    with monkeypatch.context() as before:
        folder = tmp_path / "questionnaires"
        shutil.copytree(store.DATA, folder)
        (folder / "CURRENT").write_text("intake-1")
        before.setattr(store, "DATA", folder)
        synthetic.forget()
        visitor = Visitor(app, request.param).begin().answer()
        for _ in range(2):  # the second time with what the first brought
            visitor.post("/case/section/genetics", **REPORT, dmd_exon_from="45", dmd_exon_to="50", gen_text=NOTATION)
    synthetic.forget()
    return visitor


def intake(visitor: Visitor):
    here = visitor.app.extensions["portal"]
    with visitor.app.app_context():
        case = db.session.get_one(Case, visitor.case_id())
        return case, read_case(db.session(), here.keyring, case, today=here.clock().date())


def test_its_pages_are_whole_and_hold_what_was_said(family):
    case, read = intake(family)
    assert (case.questionnaire, store.current().id) == ("intake-1", "intake-2")
    for section in read.questionnaire.sections:
        assert family.open(f"/case/section/{section.id}").status_code == 200
    assert NOTATION in family.page(family.open("/case/section/genetics")).form().sent["gen_text"]


@both_in_full
def test_it_is_checked_sent_and_read_at_the_desk_as_it_was_asked(family):
    family.post("/case/section/walking", walk_now="walks_with_aid", vignos="3")
    assert NOTATION in family.page(family.open("/case/check")).main
    family.post("/case/check")
    case, _ = intake(family)
    assert (case.state, case.questionnaire) == (SUBMITTED, "intake-1")
    colleague = Colleague(family.app, "en").sign_in(employ(family.app, "coordinator"))
    page = colleague.page(f"/cases/{case.reference}")
    assert page.status == 200
    words = store.words("intake-1", "en").questions
    asked = [words[code].short or words[code].label for code in ("gen_kind", "walk_now", "vignos")]
    assert [one for one in [*asked, "Deletion of exons", NOTATION] if one not in page.main] == []


def test_after_sending_it_is_corrected_in_its_own_version(family):
    family.post("/case/check")
    family.post("/case/section/walking", walk_now="no_longer_walks")
    _, read = intake(family)
    assert (read.questionnaire.id, read.answers["walk_now"]["value"]) == ("intake-1", "no_longer_walks")


def test_no_question_of_the_first_version_is_without_words():
    questions = json.loads((store.DATA / "intake-1" / "definition.json").read_text())["sections"]
    codes = {one["code"] for section in questions for one in section["questions"]}
    for language in LANGUAGES:
        assert codes == set(store.words("intake-1", language.code).questions)
