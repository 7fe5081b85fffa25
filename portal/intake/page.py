"""What a section's page shows: each question with its words, its fields as they stand, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from portal.intake import words as interface
from portal.intake.questionnaire.definition import Question, Questionnaire, Section
from portal.intake.questionnaire.posted import row_of
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.reading import Typed, fields_of
from portal.intake.questionnaire.texts import QuestionWords, Words, addressed, hint_of, label_of
from portal.intake.service.answers import Intake
from portal.intake.service.sheet import EMPTY, Sheet

Choice = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """One question, or one part of a repeat's row, ready to be shown."""

    name: str
    id: str
    """The HTML id of its first control."""
    type: str
    question: Question
    said: QuestionWords
    person: str
    """Whose name stands in its words."""
    fields: Typed
    errors: dict[str, str] = field(default_factory=dict)
    note: str = ""
    alone: bool = False
    of_child: bool = True
    rows: list[list[Asked]] = field(default_factory=list)

    @property
    def label(self) -> str:
        """How it is asked."""
        return label_of(self.said, self.person, alone=self.alone)

    @property
    def hint(self) -> str:
        """What is said below it."""
        return hint_of(self.said, self.person, alone=self.alone)

    @property
    def states(self) -> list[Choice]:
        """What may be said instead of an answer, in words."""
        return [(code, interface.state(code)) for code in self.question.states]

    @property
    def error(self) -> str:
        """What is wrong with it; the parts of a repeat say so themselves."""
        own = self.errors.get(self.name, "")
        return own if self.type == "repeat" else own or next(iter(self.errors.values()), "")

    def one(self, part: str = "") -> str:
        """The text of one of its fields."""
        return (self.fields.get(f"{self.name}{part}") or [""])[0]

    def many(self, part: str = "") -> list[str]:
        """The values of one of its fields."""
        return self.fields.get(f"{self.name}{part}", [])

    @property
    def most_rows(self) -> int:
        """How many rows a repeat has room for."""
        return int(self.question.most or 10)

    @property
    def options(self) -> list[Choice]:
        """Its choices in words; of those that are said of a child an adult gets only what is chosen already."""
        off = set() if self.of_child else set(self.question.of_child) - set(self.many())
        return [(code, self.said.options[code]) for code in self.question.options if code not in off]


def ask(
    section: Section,
    intake: Intake,
    words: Words,
    *,
    sheet: Sheet | None = None,
    problems: Sequence[Problem] = (),
    rows_more: str = "",
    alone: bool = False,
    of_child: bool = True,
) -> list[Asked]:
    """The questions of a section that are on the path. What was typed stands over what is saved, in `sheet` or stored.

    `rows_more` names a repeat that gets one more empty row; `alone` asks an adult about themselves;
    `of_child` asks about a child.
    """
    sheet = sheet or intake.sheets.get(section.id, EMPTY)
    errors = {problem.where: interface.message(problem) for problem in problems}
    reader = _Reader(section, errors, intake.name or words.person, alone, of_child)
    notes = note_words(intake, words, alone=alone)
    asked = []
    for question in section.questions:
        if question.code not in intake.path:
            continue
        own = sheet.kept(question.code)
        fields = own or fields_of(question, sheet.answers.get(question.code))
        said = addressed(words.questions[question.code], alone=alone)
        made = _asked(question, said, question.code, fields, reader)
        if question.type == "repeat":
            made.rows.extend(_rows(made, reader, _rows_shown(made, more=question.code == rows_more)))
        asked.append(replace(made, note="" if own else notes.get(question.code, "")))
    return asked


def ask_nobody(
    questionnaire: Questionnaire,
    words: Words,
    code: str,
    fields: Typed,
    *,
    rows: int,
    person: str,
    alone: bool,
    of_child: bool,
) -> Asked:
    """One question with such fields and so many rows, as it is put to `person`, whoever that is."""
    question = questionnaire.questions[code]
    reader = _Reader(questionnaire.section(questionnaire.section_with(code) or ""), {}, person, alone, of_child)
    made = _asked(question, addressed(words.questions[code], alone=alone), code, fields, reader)
    made.rows.extend(_rows(made, reader, rows))
    return made


def note_words(intake: Intake, words: Words, *, alone: bool = False) -> dict[str, str]:
    """The soft notes about saved answers, by code, in the language of the words."""
    person = intake.name or words.person
    return {
        found.code: interface.note(
            found, label_of(words.questions[found.than], person, alone=alone) if found.than else ""
        )
        for found in intake.notes
    }


def anchor(section: Section, where: str) -> str:
    """The HTML id of a field `code`, `code.unit` or `code.0.part`: `q3`, `q3-unit` or `q3-0-1`.

    Numbers, for an address stays in the history of a phone that may be shared, and a code would tell what it is about.
    """
    code, *rest = where.split(".")
    parts = [part.code for part in section.questions[section.numbers[code] - 1].parts]
    steps = [str(parts.index(step)) if step in parts else step for step in rest]
    return "-".join([f"q{section.numbers[code]}", *steps])


def without_row(typed: Typed, code: str, number: int) -> Typed:
    """What is typed, without one row of a repeat; the rows after it move up."""
    kept: Typed = {}
    for name, values in typed.items():
        row = row_of(name, code)
        if row is None:
            kept[name] = values
        elif row != number:
            rest = name.removeprefix(f"{code}.").partition(".")[2]
            kept[f"{code}.{row - (row > number)}.{rest}"] = values
    return kept


@dataclass(frozen=True)
class _Reader:
    """Which page is written, and for whom."""

    section: Section
    errors: dict[str, str]
    person: str
    alone: bool
    of_child: bool


def _asked(question: Question, said: QuestionWords, name: str, fields: Typed, reader: _Reader) -> Asked:
    own = {where: text for where, text in reader.errors.items() if where == name or where.startswith(f"{name}.")}
    return Asked(
        name,
        anchor(reader.section, name),
        question.type,
        question,
        said,
        reader.person,
        fields,
        own,
        alone=reader.alone,
        of_child=reader.of_child,
    )


def _rows_shown(asked: Asked, *, more: bool) -> int:
    numbers = [row for name in asked.fields if (row := row_of(name, asked.name)) is not None]
    count = max(numbers, default=-1) + 1
    return min(count + 1 if more or not count else count, asked.most_rows)


def _rows(asked: Asked, reader: _Reader, count: int) -> list[list[Asked]]:
    return [
        [
            _asked(part, asked.said.parts[part.code], f"{asked.name}.{number}.{part.code}", asked.fields, reader)
            for part in asked.question.parts
        ]
        for number in range(count)
    ]
