"""HTTP for one section of the intake."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.entry import at_hand, family_only
from portal.cases.models import DRAFT
from portal.cases.service.start import locked_case
from portal.extensions import db
from portal.i18n import spoken
from portal.intake import long_lists, page
from portal.intake.questionnaire.definition import Question, Section
from portal.intake.questionnaire.posted import row_of
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.reading import Reading, Typed, read_section, typed_in
from portal.intake.questionnaire.store import current, words
from portal.intake.service import EMPTY, Conflict, Intake, keep_typed, read_case, required_missing, save_section
from portal.intake.showing import RowShown, rows
from portal.intake.words import message
from portal.transaction import transaction
from portal.web.forms import field_id, switching
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes

blueprint = Blueprint("intake", __name__, url_prefix="/<lang>/case", template_folder="templates")


def _codes() -> list[str]:
    return [name for question in current().questions.values() for name in _names(question)]


def _names(question: Question) -> list[str]:
    if question.type == "repeat":
        return [f"{question.code}.0.{part.code}" for part in question.parts]
    more = {
        "choice_text": ["text"],
        "measurement": ["date", "unit", "method"],
        "age": ["unit"],
        "decimal": ["unit"],
        "integer": ["unit"],
    }
    names = [question.code, *(f"{question.code}.{part}" for part in more.get(question.type, []))]
    return [*names, f"{question.code}.state"] if question.states else names


@blueprint.route("/section/<section>", methods=["GET", "POST"])
@family_only
@takes("version", _codes)
def section(section: str) -> ResponseReturnValue:
    """One section: shown with what is saved and typed, saved by POST."""
    if at_hand().case.state != DRAFT:
        return redirect(url_for("family.tasks"), 303)
    intake = _intake()
    try:
        own = intake.questionnaire.section(section)
    except LookupError:
        abort(404)
    if request.method != "POST":  # HEAD asks for the same page
        return _page(own, intake)
    if switching() or "_add" in request.form or "_remove" in request.form:
        return _keep(own)
    return _save(own, intake)


def _save(own: Section, intake: Intake) -> ResponseReturnValue:
    shown = frozenset(intake.on_path(own.id))
    reading = read_section(own, request.form.to_dict(flat=False), shown, now().date())
    try:
        with transaction() as session:
            save_section(
                session,
                parts().keyring,
                locked_case(session, at_hand().case_id),
                own.id,
                reading,
                respondent_id=at_hand().respondent_id,
                version=_version(),
                shown=shown,
                now=now(),
            )
    except Conflict as conflict:
        return _page(own, _intake(), typed=_typed(own), conflict=conflict)
    return _after(own, _intake(), reading, shown)


def _after(own: Section, intake: Intake, reading: Reading, shown: frozenset[str]) -> ResponseReturnValue:
    """Where to go after a save: back to what is wrong, to questions that the answers brought, or on."""
    go = request.form.get("_go", "next")
    if go == "later":
        return redirect(url_for("family.tasks"), 303)
    problems = list(reading.problems) + [
        Problem(code, "required")
        for where, code in required_missing(intake)
        if where == own.id and code not in {problem.where for problem in reading.problems}
    ]
    if problems:
        return _page(own, intake, problems=problems)
    new = [code for code in intake.on_path(own.id) if code not in shown]
    if new:
        return redirect(url_for("intake.section", section=own.id, new=len(new), _anchor=field_id(new[0])), 303)
    if request.args.get("back") == "check":
        return redirect(url_for("family.check"), 303)
    return redirect(_next(own, intake), 303)


def _keep(own: Section) -> ResponseReturnValue:
    """A change of language, a row more or less: what is typed is kept as it is."""
    typed, more = _typed(own), request.form.get("_add", "")
    code = request.form.get("_remove", "").rpartition(".")[0]
    row = row_of(f"{request.form.get('_remove', '')}.part", code) if code else None
    if row is not None:
        typed = page.without_row(typed, code, row)
    with transaction() as session:
        case = locked_case(session, at_hand().case_id)
        keep_typed(session, parts().keyring, case, own.id, typed, respondent_id=at_hand().respondent_id, now=now())
    return _page(own, _intake(), typed=typed, rows_more=more, version=request.form.get("version"))


def _page(
    own: Section,
    intake: Intake,
    *,
    typed: Typed | None = None,
    problems: Sequence[Problem] = (),
    conflict: Conflict | None = None,
    rows_more: str = "",
    version: str | None = None,
) -> ResponseReturnValue:
    said = words(intake.questionnaire.id, spoken())
    asked = page.ask(own, intake, said, typed=typed, problems=problems, rows_more=rows_more)
    number = [one.id for one in intake.questionnaire.sections].index(own.id) + 1
    return render(
        "intake/section.html",
        title=said.sections[own.id].title,
        why=said.sections[own.id].why,
        number=number,
        total=len(intake.questionnaire.sections),
        core=[one for one in asked if one.question.tier == "core"],
        more=[one for one in asked if one.question.tier == "more"],
        more_open=any(one.errors for one in asked if one.question.tier == "more"),
        problems=[(field_id(problem.where), message(problem)) for problem in problems],
        version=version if version is not None else intake.sheets.get(own.id, EMPTY).version,
        saved=_saved(own, intake) if conflict else [],
        new=request.args.get("new", type=int) if request.method == "GET" else None,
        lists=lambda kind: long_lists.choices(kind, spoken()),
        options=lambda kind, chosen: long_lists.options(kind, spoken()).with_chosen(chosen),
    )


def _saved(own: Section, intake: Intake) -> list[RowShown]:
    """What somebody else saved, to be seen beside what is typed."""
    return next((one.rows for one in rows(intake, spoken()) if one.id == own.id), [])


def _next(own: Section, intake: Intake) -> str:
    ids = [one.id for one in intake.questionnaire.sections]
    later = ids[ids.index(own.id) + 1 :]
    return url_for("intake.section", section=later[0]) if later else url_for("family.tasks")


def _intake() -> Intake:
    return read_case(db.session(), parts().keyring, at_hand().case, today=now().date())


def _typed(own: Section) -> Typed:
    return typed_in(own, request.form.to_dict(flat=False))


def _version() -> int | None:
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else None
