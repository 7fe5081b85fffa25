"""One case on one screen: what a coordinator needs before the conversation, from the coded answers.

In the reader's language. What is unknown is named, not hidden; what is reckoned is called arithmetic, to be checked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from portal.desk.genetics import arithmetic
from portal.desk.hints import hints
from portal.documents.forms import KIND_WORDS
from portal.i18n import N_, age, spoken
from portal.i18n import gettext as _
from portal.intake.page import note_words
from portal.intake.questionnaire.answers import SKIPPED
from portal.intake.questionnaire.path import age_in_months
from portal.intake.questionnaire.store import words
from portal.intake.questionnaire.texts import Words, label_of
from portal.intake.service import flags
from portal.intake.service.answers import Intake
from portal.intake.showing import Piece, RowShown, SectionShown

# What stands together, in the order of a consultation; a code that a questionnaire does not know is passed over.
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        N_("Type, and how sure"),
        ("dx_type", "lgmd_subtype", "cmd_subtype", "dx_other", "dx_basis", "gen_report_status", "gen_gene", "gen_kind"),
    ),
    (
        N_("Walking and legs"),
        ("walk_now", "walk_lost_age", "vignos", "falls_week", "rise_floor", "wheelchair", "wheelchair_freq"),
    ),
    (N_("Arms and hands"), ("brooke", "hand_use", "fatigue", "pain")),
    (
        N_("Breathing"),
        ("breath_signs", "niv", "niv_when", "iv_trach", "cough_assist", "fvc_pct", "pcf", "sleep_study"),
    ),
    (N_("Heart"), ("heart_known", "heart_last_check", "lvef", "heart_meds", "heart_device")),
    (N_("Spine, joints, eating"), ("scoliosis", "contractures", "fractures", "eating")),
    (
        N_("Steroids and treatments"),
        ("steroids", "steroid_which", "steroid_regimen", "dmt", "prior_cell", "trial_now"),
    ),
    (
        N_("Safety"),
        (
            "allergies",
            "anaesthesia_problem",
            "infection_now",
            "cancer_ever",
            "clot_or_bleeding",
            "immune_autoimmune",
            "pregnancy",
        ),
    ),
    (N_("Wishes"), ("hopes", "goals", "told_expectation", "travel_ok", "interpreter", "distress")),
)
PERSON = ("sex_at_birth", "height_cm", "weight_kg")
WALKS, WALKS_LATE, WALKS_NO_MORE = 0, 1, 2
STAGES = (
    N_("walks, says the family"),
    N_("walks, at a late stage, says the family"),
    N_("does not walk, says the family"),
)
WALKING = {
    "walks_alone": WALKS,
    "walks_with_aid": WALKS_LATE,
    "walks_few_steps": WALKS_LATE,
    "no_longer_walks": WALKS_NO_MORE,
    "never_walked": WALKS_NO_MORE,
}
VIGNOS = (("1", "2", "3", "4"), ("5", "6", "7"), ("8", "9", "10"))  # by stage
# What the answers say about a document that is not here.
REPORTS = {
    "waiting": N_("Genetic report: waiting for the result"),
    "never_tested": N_("Genetic report: not tested"),
    "done_no_copy": N_("Genetic report: tested, the family has no copy"),
}
EXPECTED = ("genetic_report", "functional", "heart_lung", "imaging", "letter")  # what doctors ask for first


@dataclass(frozen=True)
class Fact:
    """A line of a card; `ltr`: notation; `code`: the question that it answers."""

    label: str
    pieces: tuple[Piece, ...]
    ltr: bool = False
    code: str = ""


@dataclass(frozen=True)
class Card:
    """What is known about one thing, and the labels of what is not."""

    title: str
    facts: list[Fact] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Flags:
    """Red flags that the family ticked: in words, with what it said about them since."""

    signs: list[str]
    reply: str
    at: datetime | None


@dataclass(frozen=True)
class Summary:
    """The whole screen. `stage`: how far walking is, as the family says it; empty where it does not."""

    name: str
    age: str
    stage: str
    cards: list[Card]
    arithmetic: list[str]
    notes: list[tuple[str, str]]
    flags: Flags | None


REPLIES = {
    flags.HELP_CALLED: N_("The family says that help was called, or that a doctor knows."),
    flags.NOT_NOW: N_("The family says that it is not happening now."),
}


def summary_of(intake: Intake, sections: Iterable[SectionShown], answering: Sequence[str] = ()) -> Summary:
    """The screen in the language being spoken, from the answers as `sections` put them into its words.

    `answering`: who fills in, in words.
    """
    said = words(intake.questionnaire.id, spoken())
    labels = note_words(intake, said)
    rows = {row.code: row for section in sections for row in section.rows}
    cards = [_card(said, _(title), [rows[code] for code in codes if code in rows]) for title, codes in GROUPS]
    cards[0].facts.extend(Fact(label, pieces, ltr=True) for label, pieces in hints(intake, said))
    return Summary(
        name=intake.name,
        age=_age(intake),
        stage=_stage(intake),
        cards=[_who(said, [rows[code] for code in PERSON if code in rows], answering), *cards],
        arithmetic=list(arithmetic(intake)),
        notes=[(_label(said, code), text) for code, text in labels.items()],
        flags=_flags(intake, said),
    )


def _card(said: Words, title: str, rows: Iterable[RowShown]) -> Card:
    card = Card(title)
    for row in rows:
        label = _label(said, row.code)
        if row.state is None:
            in_a_line = tuple(replace(piece, text=piece.text.replace("\n", " · ")) for piece in row.pieces)
            card.facts.append(Fact(label, in_a_line, row.ltr, row.code))
        else:
            card.unknown.append(label if row.state == SKIPPED else f"{label} ({row.text})")
    return card


def missing_documents(intake: Intake, kinds: Collection[str]) -> list[str]:
    """What is asked for first and is not among the `kinds` that are here; why, where the answers say so."""
    report = REPORTS.get(str(intake.value("gen_report_status")))
    words_for = KIND_WORDS | ({"genetic_report": report} if report else {})
    return [_(words_for[kind]) for kind in EXPECTED if kind not in kinds]


def _who(said: Words, rows: Iterable[RowShown], answering: Sequence[str]) -> Card:
    """The card of the person itself, and of who answers for it."""
    card = _card(said, _("The person"), rows)
    card.facts.extend(Fact(_("Who fills in"), (Piece(one),)) for one in answering)
    return card


def _label(said: Words, code: str) -> str:
    question = said.questions[code]
    return question.short or label_of(question, said.person)


def _age(intake: Intake) -> str:
    months = age_in_months(intake.answers, intake.today)
    if months is None or months < 0:
        return ""
    return age(months // 12, "years", spoken()) if months >= 24 else age(months, "months", spoken())


def _stage(intake: Intake) -> str:
    """How far walking is, from what the family said of today and the line of the scale that it chose.

    What is said of today counts; the scale moves only who walks alone. Two answers that exclude each other say nothing.
    """
    today = WALKING.get(str(intake.value("walk_now")))
    grade = str(intake.value("vignos"))
    scale = next((stage for stage, grades in enumerate(VIGNOS) if grade in grades), None)
    if today is None or scale is None:
        stage = scale if today is None else today
    elif abs(today - scale) > 1:
        stage = None
    else:
        stage = max(today, scale) if today == WALKS else today
    return "" if stage is None else _(STAGES[stage])


def _flags(intake: Intake, said: Words) -> Flags | None:
    ticked = flags.signs(intake)
    if not ticked:
        return None
    options = said.questions[flags.FLAGS].options
    reply = flags.reply(intake)
    signs = [options[sign] for sign in ticked]
    if reply is None:
        return Flags(signs, _("The family has not said yet how it stands."), None)
    said_since = REPLIES[reply["value"]]
    return Flags(signs, _(said_since), datetime.fromisoformat(reply["at"]))
