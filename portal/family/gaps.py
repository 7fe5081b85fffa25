"""What would help the conversation most and is not here yet. Nothing of it is needed to send."""

from __future__ import annotations

from collections.abc import Collection

from portal.i18n import N_
from portal.intake.questionnaire.answers import has_value, is_answered
from portal.intake.service.answers import Intake

HELPFUL = {
    "genetic_report": N_("You have the genetic report: adding the file helps most. You can also do so after sending."),
    "genetic_waiting": N_("Genetic report: waiting for the result. That is complete; add it when it arrives."),
    "functional": N_("A report of walking, arm or strength tests, if there is one."),
    "heart_lung": N_("The newest report of the heart or of breathing, if there is one."),
    "diagnosis": N_("The type, if a doctor has named one. If not, that is all right too."),
    "treatments": N_("Medicines that are taken now."),
    "safety": N_("The page on health and safety: a doctor reads it before the conversation."),
}


def gaps(intake: Intake, kinds: Collection[str]) -> list[str]:
    """Keys of `HELPFUL`, what matters most first. `kinds` are the kinds of the documents that are here."""
    report = intake.answers.get("gen_report_status", {}).get("value")
    found = {
        "genetic_report": report == "have_it" and "genetic_report" not in kinds,
        "genetic_waiting": report == "waiting",
        "diagnosis": _is_open(intake, "dx_type"),
        "functional": "functional" not in kinds,
        "heart_lung": has_value(intake.answers.get("heart_known")) and "heart_lung" not in kinds,
        "treatments": _is_open(intake, "steroids"),
        "safety": _is_open(intake, "red_flags"),
    }
    return [gap for gap in HELPFUL if found[gap]]


def _is_open(intake: Intake, code: str) -> bool:
    """Whether this family's questionnaire asks something that it has not answered."""
    return code in intake.path and not is_answered(intake.answers.get(code))
