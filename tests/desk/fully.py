"""Somebody who answers every question that is asked: what a case is at its longest."""

from portal.intake.questionnaire import store
from portal.intake.questionnaire.definition import Question
from tests.intake.people import YOUTH, Person, Said

# What opens most of the other questions; the rest is filled in by its type.
CHOSEN: Said = YOUTH.sections["person"] | {
    "dx_type": "dmd",
    "gen_report_status": "have_it",
    "gen_gene": "DMD",
    "gen_kind": "exon_deletion",
    "dmd_exon_from": "45",
    "dmd_exon_to": "50",
    "gen_text": "c.(6438+1_6439-1)_(7309+1_7310-1)del",
    "walk_now": "walks_few_steps",
    "vignos": "7",
    "wheelchair": "currently",
    "brooke": "4",
    "niv": "currently",
    "steroids": "previously",
    "prior_cell": "yes",
    "red_flags": "none",
}
WORDS = {
    "ar": "نتمنى أن نفهم ما ينتظرنا، وأن نعرف من يستطيع أن يساعدنا في التنفس والمدرسة. ",
    "en": "We hope to understand what lies ahead, and who can help us with breathing and with school. ",
}
MOST_OPTIONS, MOST_ROWS = 4, 3


def fully(language: str) -> Person:
    """A person who writes this language and leaves nothing open."""
    sections = {
        section.id: {name: said for one in section.questions for name, said in _said(one, one.code, language).items()}
        for section in store.current().sections
    }
    return Person(language, YOUTH.who, sections)


def _said(question: Question, name: str, language: str) -> Said:
    code = question.code
    if name in CHOSEN:
        return {key: value for key, value in CHOSEN.items() if key.partition(".")[0] == code}
    if question.type == "repeat":
        rows = [(part, f"{name}.{row}.{part.code}") for row in range(MOST_ROWS) for part in question.parts]
        return {key: value for part, at in rows for key, value in _said(part, at, language).items()}
    return _plain(question, name, language) | _beside(question, name)


def _plain(question: Question, name: str, language: str) -> Said:
    words = (WORDS[language] * 6)[: min(question.max_length, 400)].strip()
    typed: Said = {
        "text": words[: min(question.max_length, 60)].strip(),
        "long_text": words,
        "partial_date": "10/2024",
        "country": "TR",
        "language": ["ku", "fr"],
        "scale": "4",
        "boolean": "true",
        "choices": [one for one in question.options if one not in question.alone][:MOST_OPTIONS],
        "documents": [],
    }
    numbers = str(max(2, int((question.usual or (question.least or 0,))[0])))
    chosen = {name: question.options[0]} if question.options and question.type != "choices" else {}
    return chosen or {name: typed.get(question.type, numbers)}


def _beside(question: Question, name: str) -> Said:
    """The unit of a number, and how and when it was measured."""
    said: Said = {}
    if question.type == "age":
        said[f"{name}.unit"] = "years"
    elif len(question.units) > 1:
        said[f"{name}.unit"] = question.units[0]
    if question.methods:
        said[f"{name}.method"] = question.methods[0]
    if question.type == "measurement":
        said[f"{name}.date"] = "10/2026"
    return said
