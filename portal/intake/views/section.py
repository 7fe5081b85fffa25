"""One section of the intake: shown with what is saved and typed, saved by POST; with scripts also by the way."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from portal.cases.entry import at_hand, family_only
from portal.cases.service.changes import is_open
from portal.cases.service.start import locked_case
from portal.extensions import db
from portal.intake import page
from portal.intake.blueprint import blueprint
from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Questionnaire, Section
from portal.intake.questionnaire.posted import code_of, row_of
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.reading import Reading, Typed, read_section
from portal.intake.service.answers import Intake, intake_of, sheets_of
from portal.intake.service.flags import FLAGS
from portal.intake.service.flags import is_open as flag_is_open
from portal.intake.service.merging import lay_over
from portal.intake.service.progress import required_missing
from portal.intake.service.saving import Closed, Saved, keep_typed, save_section
from portal.intake.service.sheet import EMPTY, Conflict, Sheet, answer_in
from portal.intake.views import leaving, posted
from portal.intake.views.parked import park_by_the_way, park_section
from portal.intake.views.section_page import REQUIRED, news, sheet_of, show_page, standing
from portal.transaction import transaction
from portal.web.forms import switching
from portal.web.late import rescued_by
from portal.web.parts import now, parts
from portal.web.routes import takes
from portal.web.ways import back_to

CONFLICT = 409
PAGE_FIELDS = ("version", "shown", "was", "page", posted.SENDING, "for", "written")  # what a page says about itself


@blueprint.route("/section/<section>", methods=["GET", "POST"])
@family_only
@rescued_by(park_section)
@takes(*PAGE_FIELDS, posted.field_names)
def section(section: str) -> ResponseReturnValue:
    """One section: shown with what is saved and typed, saved by POST."""
    own = _section(section)
    if not is_open(at_hand(), now()):
        return _too_late(own)
    if request.method != "POST":  # HEAD asks for the same page
        return show_page(own, _intake())
    if switching() or "_add" in request.form or "_remove" in request.form:
        return _keep(own, _shown(own))
    return _save_and_go_on(own, _shown(own))


@blueprint.post("/section/<section>/by-the-way")
@family_only
@rescued_by(park_by_the_way)
@takes(*PAGE_FIELDS, posted.field_names)
def by_the_way(section: str) -> ResponseReturnValue:
    """Save what a page holds while it is being filled in (scripts ask for this at each field).

    Answers with the section's version, the questions that the page should show now, the HTML of those it does not
    show yet, and what is to be said about single answers; so too where a later save of the page is here already, and
    this one changes nothing. 409 where somebody else saved meanwhile, or the page asks for a choice: then it is kept as
    it was typed, for only a button chooses. 409 too where the access has ended: then also whether it is kept, and where
    the way back is.
    """
    own = _section(section)
    if not is_open(at_hand(), now()):
        return jsonify(closed=True), CONFLICT
    shown = posted.shown_codes(own) or frozenset()  # a script always says: what it does not name is not shown
    if posted.asks(own):
        return _kept_by_the_way(own, shown)
    reading = _read(own, shown)
    try:
        saved, then = _save(own, reading, shown, by_the_way=True)
    except Closed:
        return jsonify(closed=True), CONFLICT
    except Conflict:
        return _kept_by_the_way(own, shown)
    return jsonify(news(own, then, reading, shown, saved))


def _kept_by_the_way(own: Section, shown: frozenset[str]) -> ResponseReturnValue:
    _lay_over(own, shown)
    return jsonify(conflict=True, **standing(_intake())), CONFLICT


def _save_and_go_on(own: Section, shown: frozenset[str]) -> ResponseReturnValue:
    reading, away = _read(own, shown), leaving.away(own)
    if away and posted.asks(own):  # nobody who leaves has chosen: the versions wait
        _lay_over(own, shown)
        return _first(own, _intake()) or redirect(away, 303)
    try:
        saved, then = _save(own, reading, shown, by_the_way=bool(leaving.aside(own)))
    except Closed:
        return _too_late(own)
    except Conflict as conflict:
        _lay_over(own, shown)
        then = _intake()
        return _first(own, then) or show_page(own, then, clash=conflict.codes)
    if first := _first(own, then):  # before whatever the button was
        return first
    if away:
        return redirect(away, 303)
    return show_page(own, then) if saved.overtaken else _after(own, then, reading, shown, saved)


def _first(own: Section, intake: Intake) -> ResponseReturnValue | None:
    """To what to do now, where a sign is ticked on this page that cannot wait; be it only kept as it was typed."""
    if own.id != intake.questionnaire.section_with(FLAGS) or not flag_is_open(intake):
        return None
    return redirect(url_for("intake.right_now", back=back_to()), 303)


def _too_late(own: Section) -> ResponseReturnValue:
    """The consultation has begun: what is typed is shown once more, and why it is not kept."""
    if request.method != "POST":
        return redirect(url_for("family.tasks"), 303)
    intake = _intake()
    typed, was = _touched(own, _shown(own), intake)
    return show_page(own, intake, sheet=lay_over(sheet_of(own, intake), typed, was, posted.page()), closed=True)


def _touched(own: Section, shown: frozenset[str], intake: Intake) -> tuple[Typed, dict[str, str]]:
    return posted.touched(own, shown, now().date(), sheet_of(own, intake))


def _shown(own: Section) -> frozenset[str]:
    """The questions that the page showed; of one that does not say, those on the path now."""
    said = posted.shown_codes(own)
    return frozenset(_intake().on_path(own.id)) if said is None else said


def _read(own: Section, shown: frozenset[str]) -> Reading:
    """The posted page as answers, without those for which what is saved was chosen."""
    marks = posted.marks()
    sheet = EMPTY if marks and not posted.asks(own) else sheet_of(own, _intake())
    fields, shown = posted.form_fields(own, sheet.beside), shown - posted.chosen_saved(own)
    stood = {one.code: answer_in(marks.get(one.code, "") if marks else sheet.mark(one.code)) for one in own.questions}
    return read_section(own, fields, shown, now().date(), stood)


def _save(own: Section, reading: Reading, shown: frozenset[str], *, by_the_way: bool = False) -> tuple[Saved, Intake]:
    """Save what was read; also how the whole intake stands with it."""
    keyring = parts().keyring
    with transaction() as session:
        saved = save_section(
            session,
            keyring,
            locked_case(session, at_hand().case_id),
            own.id,
            reading,
            respondent_id=at_hand().respondent_id,
            version=posted.version(),
            base=posted.base(own),
            shown=shown,
            language=posted.written(),
            now=now(),
            office_zone=parts().settings.clinic_time_zone,
            by_the_way=by_the_way,
        )
        sheets = sheets_of(session, keyring, at_hand().case_id)
    return saved, _laid_out(sheets)


def _after(own: Section, intake: Intake, reading: Reading, shown: frozenset[str], saved: Saved) -> ResponseReturnValue:
    """Where to go after a save: back to what is wrong or worth a look, to questions that it brought, or on."""
    kept = set(map(code_of, sheet_of(own, intake).typed))  # somebody else may have mended one meanwhile
    problems = [problem for problem in reading.problems if code_of(problem.where) in kept] + [
        Problem(code, REQUIRED)
        for where, code in required_missing(intake)
        if where == own.id and code not in {problem.where for problem in reading.problems}
    ]
    if problems:
        return show_page(own, intake, problems=problems)
    back = back_to()
    new = [code for code in intake.on_path(own.id) if code not in shown]
    if new:
        more = 1 if any(intake.questionnaire.questions[code].is_more for code in new) else None
        place = page.anchor(own, new[0])
        return redirect(
            url_for("intake.section", section=own.id, new=len(new), more=more, _anchor=place, back=back), 303
        )
    doubtful = [note.code for note in intake.notes if note.code in saved.changed]
    if doubtful:  # asked once, when the answer is new
        there = url_for("intake.section", section=own.id, look=1, _anchor=page.anchor(own, doubtful[0]), back=back)
        return redirect(there, 303)
    return redirect(leaving.on_from(own), 303)


def _keep(own: Section, shown: frozenset[str]) -> ResponseReturnValue:
    """A change of language, a row more or less: what is typed is kept as it is."""
    _lay_over(own, shown, without=request.form.get("_remove", ""))
    then = _intake()
    return _first(own, then) or show_page(own, then, rows_more=request.form.get("_add", ""))


def _lay_over(own: Section, shown: frozenset[str], *, without: str = "") -> None:
    """Keep what was typed on a page as it is, `without` one row of a list; what others typed stands beside it."""
    typed, was = _touched(own, shown, _intake())
    code = without.rpartition(".")[0]
    row = row_of(f"{without}.part", code) if code else None
    if row is not None:
        typed = page.without_row(typed, code, row)
    with transaction() as session:
        keep_typed(
            session,
            parts().keyring,
            locked_case(session, at_hand().case_id),
            own.id,
            typed,
            was,
            page=posted.page(),
            sending=posted.sending(),
            language=posted.written(),
            respondent_id=at_hand().respondent_id,
            now=now(),
        )


def _questionnaire() -> Questionnaire:
    return store.load(at_hand().questionnaire)


def _section(section_id: str) -> Section:
    try:
        return _questionnaire().section(section_id)
    except LookupError:
        abort(404)


def _intake() -> Intake:
    return _laid_out(sheets_of(db.session(), parts().keyring, at_hand().case_id))


def _laid_out(sheets: Mapping[str, Sheet]) -> Intake:
    return intake_of(sheets, at_hand().questionnaire, today=now().date())
