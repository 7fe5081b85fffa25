"""What to do now, where a sign is ticked that cannot wait for us."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.cases.entry import at_hand, family_only
from portal.cases.service.changes import is_open
from portal.cases.service.start import locked_case
from portal.extensions import db
from portal.i18n import N_, spoken
from portal.i18n import gettext as _
from portal.intake.blueprint import blueprint
from portal.intake.page import anchor
from portal.intake.questionnaire.definition import Questionnaire
from portal.intake.questionnaire.store import words
from portal.intake.service.answers import read_case
from portal.intake.service.flags import FLAGS, HELP_CALLED, NOT_NOW, answer_flags, signs
from portal.pages import showing as pages
from portal.transaction import transaction
from portal.web.forms import ChoiceField, ChoicesField, Form, switching
from portal.web.parts import now, parts
from portal.web.rendering import render
from portal.web.routes import takes
from portal.web.ways import back_to, way_on

SAYINGS = {
    HELP_CALLED: N_("We have called for help, or a doctor knows about it"),
    NOT_NOW: N_("It is not happening now"),
}


class RightNowForm(Form):
    """What the family says, and about which signs: those that its page showed."""

    said = ChoiceField()
    about = ChoicesField()


@blueprint.route("/first", methods=["GET", "POST"])
@family_only
@takes(RightNowForm)
def right_now() -> ResponseReturnValue:
    """Whom to call, first; below it, what the family can tell us so that it can go on."""
    form, found = RightNowForm(), at_hand()
    intake = read_case(db.session(), parts().keyring, found.case, today=now().date())
    flags = signs(intake)
    if not flags or not is_open(found, now()):
        return redirect(url_for("family.tasks"), 303)
    if form.is_submitted() and not switching():
        if form.said.data in SAYINGS:
            with transaction() as session:
                case = locked_case(session, found.case_id)
                stands = answer_flags(
                    session,
                    parts().keyring,
                    case,
                    form.said.data,
                    about=form.about.data,
                    respondent_id=found.respondent_id,
                    office_zone=parts().settings.clinic_time_zone,
                    now=now(),
                )
            return redirect(way_on() if stands else url_for("intake.right_now", back=back_to()), 303)
        form.said.errors = [_("Please choose an answer.")]
    options = words(intake.questionnaire.id, spoken()).questions[FLAGS].options
    return render(
        "intake/right_now.html",
        form=form,
        signs=[(flag, options[flag]) for flag in flags],
        urgent=pages.body("urgent"),
        sayings=[(code, _(text)) for code, text in SAYINGS.items()],
        change_url=_way_back(intake.questionnaire),
    )


def _way_back(questionnaire: Questionnaire) -> str:
    """To the question about the signs."""
    section = questionnaire.section(questionnaire.section_with(FLAGS) or "")
    return url_for("intake.section", section=section.id, back=back_to(), _anchor=anchor(section, FLAGS))
