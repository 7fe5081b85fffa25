"""One reader for each type of question: from what was posted to a coded answer, or a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from portal.i18n import is_country, is_language, zone_of
from portal.intake.questionnaire.answers import Answer
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.numbers import Number, plain, read_number, read_partial_date, within
from portal.intake.questionnaire.posted import Posted
from portal.intake.questionnaire.problems import Problem
from portal.intake.questionnaire.units import apart
from portal.typed import is_visible, legible, one_line

MOST_ROWS = 20
AGE_UNITS = ("years", "months")


class _Unreadable(Exception):
    """What was posted cannot be kept as an answer."""

    def __init__(self, where: str, kind: str, **values: str) -> None:
        super().__init__(where, kind)
        self.problem = Problem(where, kind, values)


@dataclass
class Reader:
    """Reads one form on one day and collects the problems."""

    posted: Posted
    today: date
    problems: list[Problem] = field(default_factory=list)

    def read(self, question: Question, name: str) -> Answer | None:
        """The answer that was posted under a name; `None` where nothing was, or nothing that can be kept."""
        try:
            return READERS[question.type](self, question, name)
        except _Unreadable as fault:
            self.problems.append(fault.problem)
            return None


def _choice(reader: Reader, question: Question, name: str) -> Answer | None:
    chosen = reader.posted.one(name)
    if not chosen:
        return None
    if chosen not in question.options:
        raise _Unreadable(name, "option")
    return {"value": chosen}


def _choices(reader: Reader, question: Question, name: str) -> Answer | None:
    posted = reader.posted.many(name)
    chosen = [option for option in question.options if option in posted]
    if set(posted) - set(question.options):
        raise _Unreadable(name, "option")
    if question.wins and len(chosen) > 1:
        chosen = [option for option in chosen if option not in question.alone]
    if set(chosen) & set(question.alone) and len(chosen) > 1:
        raise _Unreadable(name, "alone")
    return {"value": chosen} if chosen else None


def _choice_text(reader: Reader, question: Question, name: str) -> Answer | None:
    answer, text = _choice(reader, question, name), _words(reader, question, f"{name}.text")
    if answer is None and text:
        if not question.text_with:
            raise _Unreadable(name, "option")
        answer = {"value": question.text_with[0]}  # words without a choice: the choice that has words
    return answer | {"text": text} if answer and text else answer  # beside any other choice they are kept as well


def _boolean(reader: Reader, question: Question, name: str) -> Answer | None:
    posted = reader.posted.one(name)
    if not posted:
        return None
    if posted not in {"true", "false"}:
        raise _Unreadable(name, "option")
    return {"value": posted}


def _text(reader: Reader, question: Question, name: str) -> Answer | None:
    text = _words(reader, question, name)
    return {"value": text} if text else None


def _words(reader: Reader, question: Question, name: str) -> str:
    """What was written in a field; a report's notation as it is, everything else of one line as one line."""
    if question.ltr:
        text = reader.posted.exactly(name)
    else:
        text = reader.posted.one(name) if question.type == "long_text" else one_line(reader.posted.one(name))
    if len(text) > question.max_length:
        raise _Unreadable(name, "too_long", most=str(question.max_length))
    return text if is_visible(text) else ""


@dataclass(frozen=True)
class _Typed:
    """What stands in the field of a number: all of it, the number, and the unit that was written beside it."""

    text: str
    number: Number | None
    unit: str

    @property
    def whole(self) -> int | None:
        """The number where it is a whole one, and surely so."""
        found = self.number
        return int(found.value) if found and found.value == found.value.to_integral_value() else None


def _typed(reader: Reader, question: Question, name: str, units: tuple[str, ...]) -> _Typed | None:
    text = legible(reader.posted.one(name))
    number, unit = apart(text, units)
    return _Typed(text, read_number(number, thousands=question.thousands), unit) if text else None


def _doubt(typed: _Typed) -> Answer:
    """What may be read in two ways is kept beside how it was read, for it is asked about."""
    return {"typed": typed.text} if typed.number and typed.number.doubtful else {}


def _integer(reader: Reader, question: Question, name: str) -> Answer | None:
    typed = _typed(reader, question, name, question.units)
    if typed is None:
        _check_unit_alone(reader, question, name)
        return None
    if typed.whole is None or (_doubt(typed) and not question.thousands):
        raise _Unreadable(name, "whole")
    _check_range(question, name, Decimal(typed.whole))
    return {"value": typed.whole} | _doubt(typed) | _unit(reader, question, name, typed.unit)


def _age(reader: Reader, question: Question, name: str) -> Answer | None:
    unit = reader.posted.one(f"{name}.unit") or AGE_UNITS[0]
    typed = _typed(reader, question, name, AGE_UNITS)
    if typed is None:
        return None
    if typed.whole is None or _doubt(typed) or unit not in AGE_UNITS:
        raise _Unreadable(name, "whole")
    if typed.unit not in {"", unit}:
        raise _Unreadable(f"{name}.unit", "unit")
    _check_range(question, name, Decimal(typed.whole) / (12 if unit == "months" else 1))
    return {"value": typed.whole, "unit": unit}


def _decimal(reader: Reader, question: Question, name: str) -> Answer | None:
    typed = _typed(reader, question, name, question.units)
    if typed is None:
        _check_unit_alone(reader, question, name)
        return None
    if typed.number is None:
        raise _Unreadable(name, "number")
    _check_range(question, name, typed.number.value)
    return {"value": plain(typed.number.value)} | _doubt(typed) | _unit(reader, question, name, typed.unit)


def _measurement(reader: Reader, question: Question, name: str) -> Answer | None:
    answer = _decimal(reader, question, name)
    if answer is None:
        _check_alone(reader, name, "date", "method")
        return None
    if typed := legible(reader.posted.one(f"{name}.date")):
        answer["date"] = _checked_date(reader, question, f"{name}.date", typed)
    method = reader.posted.one(f"{name}.method")
    return answer | ({"method": method} if method in question.methods else {})


def _scale(reader: Reader, question: Question, name: str) -> Answer | None:
    typed = _typed(reader, question, name, ())
    if typed is None:
        return None
    if typed.whole is None or _doubt(typed) or not 0 <= typed.whole <= 10:
        raise _Unreadable(name, "option")
    return {"value": typed.whole}


def _partial_date(reader: Reader, question: Question, name: str) -> Answer | None:
    typed = legible(reader.posted.one(name))
    return {"value": _checked_date(reader, question, name, typed)} if typed else None


def _repeat(reader: Reader, question: Question, name: str) -> Answer | None:
    rows = []
    for number in reader.posted.rows(name, min(int(question.most or 10), MOST_ROWS)):
        row = {part.code: _part(reader, part, f"{name}.{number}.{part.code}") for part in question.parts}
        said = {code: answer for code, answer in row.items() if answer}
        if said:
            reader.problems += _row_problems(reader, question, said, f"{name}.{number}")
            rows.append(said)
    if question.none and reader.posted.one(f"{name}.none"):
        if rows:
            raise _Unreadable(f"{name}.none", "alone")
        return {"value": []}
    return {"value": rows} if rows else None


def _part(reader: Reader, part: Question, name: str) -> Answer | None:
    """A part of a row; where nothing was said, the state that was chosen for it."""
    state = reader.posted.one(f"{name}.state")
    return reader.read(part, name) or ({"state": state} if state in part.states else None)


def _documents(reader: Reader, question: Question, name: str) -> Answer | None:
    return None  # files are kept beside the answers, and counted there


def _zone(reader: Reader, question: Question, name: str) -> Answer | None:
    typed = reader.posted.one(name)
    if not typed:
        return None
    zone = zone_of(typed)  # by the name that the list has; what is no place, such as UTC, is nobody's clock
    if zone is None:
        raise _Unreadable(name, "zone")
    return {"value": zone}


def _country(reader: Reader, question: Question, name: str) -> Answer | None:
    return _known(reader, name, is_country, "option")


def _language(reader: Reader, question: Question, name: str) -> Answer | None:
    if not question.multiple:
        return _known(reader, name, is_language, "option")
    posted = list(dict.fromkeys(reader.posted.many(name)))
    if not all(is_language(code) for code in posted):
        raise _Unreadable(name, "option")
    return {"value": posted} if posted else None


def _known(reader: Reader, name: str, is_known: Callable[[str], bool], kind: str) -> Answer | None:
    typed = reader.posted.one(name)
    if not typed:
        return None
    if not is_known(typed):
        raise _Unreadable(name, kind)
    return {"value": typed}


def _unit(reader: Reader, question: Question, name: str, beside: str) -> Answer:
    """The unit of a number. Of several none is taken for granted: one is chosen, or written `beside` it."""
    if len(question.units) <= 1:
        return {"unit": question.units[0]} if question.units else {}
    unit = reader.posted.one(f"{name}.unit") or beside
    if unit not in question.units or beside not in {"", unit}:
        raise _Unreadable(f"{name}.unit", "unit")
    return {"unit": unit}


def _check_unit_alone(reader: Reader, question: Question, name: str) -> None:
    if len(question.units) > 1:  # one that stands there by itself was not chosen
        _check_alone(reader, name, "unit")


def _check_alone(reader: Reader, name: str, *parts: str) -> None:
    """No number was typed: what was said beside it must not go unseen."""
    if any(reader.posted.one(f"{name}.{part}") for part in parts):
        raise _Unreadable(name, "without_number")


def _checked_date(reader: Reader, question: Question, name: str, typed: str) -> str:
    when = read_partial_date(typed)
    if when is None:
        raise _Unreadable(name, "date")
    if not within(when, question.earliest, question.latest, reader.today):
        raise _Unreadable(name, "date_range")
    return when


def _row_problems(reader: Reader, question: Question, row: dict[str, Answer], name: str) -> Iterator[Problem]:
    """What a test can give is known: a value beyond it cannot be, and one without its test says nothing."""
    for part in question.parts:
        which, answer = row.get(part.by), row.get(part.code)
        if not part.by or answer is None:
            continue
        if which is not None:
            yield from _scale_problems(part, f"{name}.{part.code}", which["value"], Decimal(str(answer["value"])))
        elif not reader.posted.one(f"{name}.{part.by}"):  # one that cannot be read is named already
            yield Problem(f"{name}.{part.by}", "which")


def _scale_problems(part: Question, where: str, test: str, number: Decimal) -> Iterator[Problem]:
    if test in part.wholes and number != number.to_integral_value():
        yield Problem(where, "whole")
    elif beyond := _beyond(number, *part.ranges[test]):
        yield Problem(where, "range", beyond)


def _check_range(question: Question, name: str, number: Decimal) -> None:
    if question.ranges:
        return  # what bounds it is said elsewhere in its row
    if beyond := _beyond(number, question.least or 0, 10**9 if question.most is None else question.most):
        raise _Unreadable(name, "range", **beyond)


def _beyond(number: Decimal, least: float, most: float) -> dict[str, str]:
    """The bounds, where a number lies outside of them."""
    low, high = Decimal(str(least)), Decimal(str(most))
    return {} if low <= number <= high else {"least": plain(low), "most": plain(high)}


READERS: dict[str, Callable[[Reader, Question, str], Answer | None]] = {
    "choice": _choice,
    "choices": _choices,
    "choice_text": _choice_text,
    "boolean": _boolean,
    "text": _text,
    "long_text": _text,
    "integer": _integer,
    "decimal": _decimal,
    "age": _age,
    "measurement": _measurement,
    "scale": _scale,
    "partial_date": _partial_date,
    "repeat": _repeat,
    "documents": _documents,
    "time_zone": _zone,
    "country": _country,
    "language": _language,
}
