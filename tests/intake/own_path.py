"""The path worked out a second time, from the definition's text alone: what the portal's own engine is held against."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from portal.intake.questionnaire.definition import Questionnaire

NO, WAITING, YES = 0, 1, 2
SIGNS = {"<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1)}
Facts = dict[str, Any]


def path_of(questionnaire: Questionnaire, answers: Mapping[str, Mapping[str, Any]], today: date) -> set[str]:
    """The codes of the questions that are asked."""
    facts: Facts = {"age": _age(answers, today)}
    asked = set()
    for section in questionnaire.sections:
        for question in section.questions:
            verdict = _verdict(question.show_if, facts) if question.show_if else YES
            facts[question.code] = _fact(answers.get(question.code)) if verdict == YES else NO
            if verdict == YES:
                asked.add(question.code)
    return asked


def _fact(answer: Mapping[str, Any] | None) -> Any:
    """A list of what was said, a state by its name, or `WAITING`."""
    if answer is None or answer.get("state") == "skipped":
        return WAITING
    if "state" in answer:
        return str(answer["state"])
    return [str(one) for one in answer["value"]] if isinstance(answer["value"], list) else [str(answer["value"])]


def _age(answers: Mapping[str, Mapping[str, Any]], today: date) -> Any:
    born = _fact(answers.get("birth_ym"))
    if not isinstance(born, list):
        return born
    year, _, month = born[0].partition("-")
    return [str(((today.year - int(year)) * 12 + today.month - int(month or 7)) // 12)]


def _verdict(text: str, facts: Facts) -> int:
    text = text.strip()
    for word, together in ((" or ", max), (" and ", min)):
        parts = list(_split(text, word))
        if len(parts) > 1:
            return together(_verdict(part, facts) for part in parts)
    if text.startswith("not "):
        return YES - _verdict(text.removeprefix("not "), facts)
    return _verdict(text[1:-1], facts) if text.startswith("(") else _comparison(text, facts)


def _split(text: str, word: str) -> Iterator[str]:
    """A text cut at a word, wherever that stands in no brackets."""
    depth = begin = 0
    for place, mark in enumerate(text):
        depth += (mark == "(") - (mark == ")")
        if depth == 0 and text.startswith(word, place):
            yield text[begin:place]
            begin = place + len(word)
    yield text[begin:]


def _comparison(text: str, facts: Facts) -> int:
    name, sign, *rest = text.split(None, 2)
    fact = facts[name]
    if fact in (NO, WAITING):
        return int(fact)
    said = fact if isinstance(fact, list) else [fact]
    words = [word.strip() for word in rest[0].strip("()").split(",")] if rest else []
    if sign in SIGNS:
        return YES if isinstance(fact, list) and _order(float(said[0]), float(words[0])) in SIGNS[sign] else NO
    if sign == "answered":
        return YES if isinstance(fact, list) else NO
    return YES if bool(set(said) & set(words)) != (sign == "!=") else NO


def _order(one: float, other: float) -> int:
    return (one > other) - (one < other)
