"""When a question is asked: a small grammar with three values (yes, no, and waiting for an answer).

    expression  = conjunction { "or" conjunction } ;
    conjunction = term { "and" term } ;
    term        = "not" term | "(" expression ")" | comparison ;
    comparison  = name ( "=" word | "!=" word | "in" list | "includes" list | "answered"
                       | ( "<" | "<=" | ">" | ">=" ) number ) ;
    list        = "(" word { "," word } ")" | word ;

A name is a question's code, or `age` (whole years). A question that is off the path makes its comparison false; one
that is on the path and unanswered makes it wait. A state such as "I do not know" is an answer without a value; it can
be compared by its name (`heart_known != never`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Protocol

TOKEN = re.compile(r"\s*(<=|>=|!=|[=<>(),]|[A-Za-z0-9_.-]+)")
NUMBERS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
KEYWORDS = {"and", "or", "not", "in", "includes", "answered"}


class BadCondition(Exception):
    """The text does not follow the grammar."""


class Unset:
    """What a name stands for when it has no value."""

    def __init__(self, verdict: bool | None, name: str) -> None:
        self.verdict, self.name = verdict, name

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True)
class StateOf:
    """What a name stands for when it was answered without a value: `unknown`, `declined` or `never`."""

    state: str


WAITING = Unset(None, "WAITING")  # on the path, not answered yet
OFF = Unset(False, "OFF")  # not asked

Facts = Mapping[str, Any]
Verdict = bool | None


class Condition(Protocol):
    """A parsed condition."""

    def judge(self, facts: Facts) -> Verdict: ...
    def compared(self) -> Iterator[tuple[str, tuple[str, ...]]]: ...


@dataclass(frozen=True)
class Always:
    """No condition."""

    def judge(self, facts: Facts) -> Verdict:
        return True

    def compared(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return iter(())


@dataclass(frozen=True)
class Both:
    """`and`: no as soon as one is no."""

    parts: tuple[Condition, ...]

    def judge(self, facts: Facts) -> Verdict:
        found = [part.judge(facts) for part in self.parts]
        return False if False in found else None if None in found else True

    def compared(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for part in self.parts:
            yield from part.compared()


@dataclass(frozen=True)
class Either:
    """`or`: yes as soon as one is yes."""

    parts: tuple[Condition, ...]

    def judge(self, facts: Facts) -> Verdict:
        found = [part.judge(facts) for part in self.parts]
        return True if True in found else None if None in found else False

    def compared(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for part in self.parts:
            yield from part.compared()


@dataclass(frozen=True)
class Not:
    """`not`."""

    part: Condition

    def judge(self, facts: Facts) -> Verdict:
        found = self.part.judge(facts)
        return None if found is None else not found

    def compared(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        return self.part.compared()


@dataclass(frozen=True)
class Comparison:
    """One name against words or a number."""

    name: str
    sign: str
    words: tuple[str, ...]

    def judge(self, facts: Facts) -> Verdict:
        value = facts.get(self.name, OFF)
        if isinstance(value, Unset):
            return value.verdict
        if isinstance(value, StateOf):
            return self._judge_state(value.state)
        if self.sign == "answered":
            return True
        if self.sign in NUMBERS:
            number = _number(value)
            return None if number is None else NUMBERS[self.sign](number, Decimal(self.words[0]))
        values = set(value) if isinstance(value, list) else {str(value)}
        return not values & set(self.words) if self.sign == "!=" else bool(values & set(self.words))

    def _judge_state(self, state: str) -> bool:
        if self.sign == "answered" or self.sign in NUMBERS:
            return False
        return (state in self.words) != (self.sign == "!=")

    def compared(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield self.name, () if self.sign in NUMBERS else self.words


def _number(value: Any) -> Decimal | None:
    """What an answer is compared by; a date that is no age yet waits."""
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def parse(text: str) -> Condition:
    """A condition from its text, or `BadCondition`."""
    reader = _Reader(text)
    found = _expression(reader)
    if reader.peek():
        raise BadCondition(f"{reader.peek()!r} is too much in {text!r}")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._words = TOKEN.findall(text)
        if "".join(self._words) != re.sub(r"\s+", "", text):
            raise BadCondition(f"a strange character in {text!r}")

    def peek(self) -> str:
        return self._words[0] if self._words else ""

    def take(self, *expected: str) -> str:
        if not self._words or (expected and self._words[0] not in expected):
            raise BadCondition(f"{self.peek()!r} instead of {' or '.join(expected) or 'a word'} in {self._text!r}")
        return str(self._words.pop(0))

    def word(self) -> str:
        if not re.fullmatch(r"[A-Za-z0-9_.-]+", self.peek()) or self.peek() in KEYWORDS:
            raise BadCondition(f"{self.peek()!r} instead of a word in {self._text!r}")
        return self.take()


def _expression(reader: _Reader) -> Condition:
    parts = [_conjunction(reader)]
    while reader.peek() == "or":
        reader.take("or")
        parts.append(_conjunction(reader))
    return parts[0] if len(parts) == 1 else Either(tuple(parts))


def _conjunction(reader: _Reader) -> Condition:
    parts = [_term(reader)]
    while reader.peek() == "and":
        reader.take("and")
        parts.append(_term(reader))
    return parts[0] if len(parts) == 1 else Both(tuple(parts))


def _term(reader: _Reader) -> Condition:
    if reader.peek() == "not":
        reader.take("not")
        return Not(_term(reader))
    if reader.peek() == "(":
        reader.take("(")
        inner = _expression(reader)
        reader.take(")")
        return inner
    return _comparison(reader)


def _comparison(reader: _Reader) -> Condition:
    name = reader.word()
    sign = reader.take("=", "!=", "in", "includes", "answered", *NUMBERS)
    if sign == "answered":
        return Comparison(name, sign, ())
    if sign in {"in", "includes"}:
        return Comparison(name, sign, _list(reader))
    word = reader.word()
    if sign in NUMBERS:
        try:
            Decimal(word)
        except InvalidOperation as fault:
            raise BadCondition(f"{word!r} is no number") from fault
    return Comparison(name, sign, (word,))


def _list(reader: _Reader) -> tuple[str, ...]:
    if reader.peek() != "(":
        return (reader.word(),)
    reader.take("(")
    words = [reader.word()]
    while reader.take(",", ")") == ",":
        words.append(reader.word())
    return tuple(words)
