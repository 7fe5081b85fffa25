"""Every form there is, from `describe`: what it takes, how one comes to it, and what a reader would sensibly say.

A new route is here the day it is added. One that its page's own first choices do not satisfy, or that one only comes
to by a walk, gets a line in `WAYS`; a test says so.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal import create_app
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.path import find_path
from portal.intake.questionnaire.store import current
from portal.web.routes import Route, describe
from tests.hostile.attacker import Attacker, Part
from tests.hostile.clinic import PDF, TIMES, Clinic
from tests.hostile.values import Value
from tests.staff.colleague import PASSWORD, code_of
from tests.support.application import Clock, safe_settings
from tests.support.journey import SECTIONS, WHO
from tests.support.pages import NoSuchPart, Page
from tests.support.visitor import TICKED

Said = Mapping[str, Value | Sequence[Value]]
ABREAST = 10
SHELL = ("csrf_token", "_switch", "_go", "_add", "_remove")  # what forms post beside their own fields


BY_THE_WAY = {"diagnosis", "safety"}  # read as the sections' own forms are: two stand for all
BIRTH, BORN = "birth_ym", ("1990", "2020")  # the age of the person is asked for as a birth


@dataclass(frozen=True)
class Form:
    """A route that takes a POST; a section of the intake is a form of its own."""

    endpoint: str
    path: str
    audience: tuple[str, ...]
    fields: tuple[str, ...]
    section: str = ""

    def __str__(self) -> str:
        return self.path.removeprefix("/<lang>")


@dataclass(frozen=True)
class Group:
    """Fields that are attacked in one post, each with another value; `opening` are answers that bring them there."""

    form: Form
    fields: tuple[str, ...]
    opening: Mapping[str, str]

    def __str__(self) -> str:
        return f"{self.form}-{'+'.join(self.fields)}"

    def turns(self, values: Mapping[str, Value]) -> Iterator[tuple[str, dict[str, Value]]]:
        """As many posts as there are values, so that each field gets each: what they are called, and the fields."""
        names = list(values)
        for turn in range(len(names)):
            chosen = [names[(turn + 7 * place) % len(names)] for place in range(len(self.fields))]
            yield " + ".join(chosen), {f: values[name] for f, name in zip(self.fields, chosen, strict=True)}


@dataclass(frozen=True)
class Way:
    """Somebody in front of a form. `sensible` is asked anew before each POST, for some things can be said only once."""

    form: Form
    attacker: Attacker
    path: str
    sensible: Callable[[], Said]

    def post(self, changes: Said | None = None) -> TestResponse:
        """What is sensible, but for these changes."""
        said = {**self.sensible(), **(changes or {})}
        fields = [(name, one) for name, value in said.items() for one in _many(value)]
        if "file" not in self.form.fields:
            return self.attacker.post(self.path, fields)
        file_name = said.get("file", "report.pdf")
        fields = [(name, value) for name, value in fields if name != "file"]
        return self.attacker.post_parts(self.path, fields, [Part("file", PDF, file_name)])


@cache
def routes() -> tuple[Route, ...]:
    """Every route of a portal with every role."""
    with TemporaryDirectory() as folder:
        return tuple(describe(create_app(safe_settings(Path(folder)))))


@cache
def forms() -> tuple[Form, ...]:
    """Every route that takes a POST."""
    return tuple(form for route in routes() if "POST" in route["methods"] for form in _forms(route))


def with_fields() -> list[Form]:
    """Forms that say what they take."""
    return [form for form in forms() if form.fields]


def every_day(things: Sequence[Any], one_of: int = 9) -> list[Any]:
    """Parameters of which one of so many is tried each day, and all of them in the long run."""
    return [
        pytest.param(one, id=str(one), marks=[] if number % one_of == 0 else pytest.mark.exhaustive)
        for number, one in enumerate(things)
    ]


def arrive(clinic: Clinic, form: Form, language: str = "en") -> Way:
    """Somebody for whom this form is, in front of it."""
    attacker, path, sensible = WAYS.get(form.endpoint, _by_itself)(clinic, form, language)
    return Way(form, attacker, path, sensible)


def arrive_at(way: Way, group: Group) -> Way:
    """The same reader, with what brings these questions onto their page."""
    earlier = {own.id: _of_section(group.opening, own.id) for own in current().sections if own.id != group.form.section}
    for section, also in earlier.items():
        if also:
            path = f"/{way.attacker.language}/case/section/{section}"
            way.attacker.post(path, {**SECTIONS.get(section, {}), **also}.items())
    also = _of_section(group.opening, group.form.section)
    return Way(group.form, way.attacker, way.path, lambda: {**way.sensible(), **also})


def groups(form: Form) -> list[Group]:
    """A form's fields, one by one; those of the long intake so many at a time as can stand on one page together."""
    if not form.section:
        return [Group(form, (field,), {}) for field in form.fields]
    made: list[Group] = []
    for field in form.fields:
        needs = opening(field.partition(".")[0])
        place = next((number for number, group in enumerate(made) if _joins(group, field, needs)), len(made))
        fields, said = (made[place].fields, made[place].opening) if place < len(made) else ((), {})
        made[place : place + 1] = [Group(form, (*fields, field), {**said, **needs})]
    return made


def _joins(group: Group, field: str, needs: Mapping[str, str]) -> bool:
    """Whether a field can be attacked beside others: what one of them needs must not be what another one changes."""
    attacked = {name.partition(".")[0] for name in (*group.fields, field)}
    agreed = all(group.opening.get(code, value) == value for code, value in needs.items())
    return len(group.fields) < ABREAST and agreed and not attacked & {*group.opening, *needs}


@cache
def opening(code: str) -> Mapping[str, str]:
    """Answers by code that bring a question onto the path; nothing for one that is always asked."""
    questionnaire, today = current(), Clock().now.date()
    names = _compared(code)
    for chosen in product(
        *(BORN if name == BIRTH else questionnaire.questions[name].options or ("1",) for name in names)
    ):
        said = dict(zip(names, chosen, strict=True))
        answers = {name: {"value": value} for name, value in said.items()}
        if code not in questionnaire.questions or code in find_path(questionnaire, answers, today):
            return said
    raise AssertionError(f"nothing leads to {code}")


def _compared(code: str) -> list[str]:
    """The questions that a question hangs on, those that they hang on first."""
    question: Question | None = current().questions.get(code)
    names = [BIRTH if name == "age" else name for name, _words in question.condition.compared()] if question else []
    return list(dict.fromkeys(found for name in names for found in [*_compared(name), name]))


def _codes_of(section: str) -> set[str]:
    return {question.code for question in current().section(section).questions}


def _of_section(said: Mapping[str, str], section: str) -> dict[str, str]:
    return {code: value for code, value in said.items() if section and code in _codes_of(section)}


def _forms(route: Route) -> Iterator[Form]:
    made = Form(route["endpoint"], route["path"], tuple(route["audience"]), tuple(route["fields"]))
    if "<section>" not in made.path:
        yield made
        return
    for section in current().sections:
        if made.endpoint == "intake.by_the_way" and section.id not in BY_THE_WAY:
            continue
        others = {code for code in current().questions if code not in _codes_of(section.id)}
        own = tuple(name for name in made.fields if name.partition(".")[0] not in others)
        yield Form(made.endpoint, made.path.replace("<section>", section.id), made.audience, own, section.id)


def _many(value: Value | Sequence[Value]) -> Sequence[Value]:
    return [value] if isinstance(value, str | bytes) else value


# ---- ways ----------------------------------------------------------------------------------------------------------

Arrival = tuple[Attacker, str, Callable[[], Said]]


def _by_itself(clinic: Clinic, form: Form, language: str) -> Arrival:
    """Whoever the form is for opens its page and takes the first of all that is offered."""
    attacker, path = somebody_for(clinic, form.audience, language), concrete(clinic, form.path, language)
    return attacker, path, lambda: _first_choices(attacker, path)


def somebody_for(clinic: Clinic, audience: Sequence[str], language: str = "en") -> Attacker:
    """A reader of one of these audiences."""
    if audience[0] == "public":
        return Attacker.like(clinic.visitor(language))
    if audience[0] == "family":
        return Attacker.like(clinic.family(language))
    return Attacker.like(clinic.somebody(*audience, language=language))


def concrete(clinic: Clinic, path: str, language: str = "en", variable: str = "x") -> str:
    """A route's path with something in each of its places."""
    for part in [part for part in path.split("/") if part.startswith("<")]:
        path = path.replace(part, language if part == "<lang>" else variable)
    return path


def _first_choices(attacker: Attacker, path: str) -> Said:
    answer = attacker.send("GET", path)
    try:
        form = Page("http://localhost", answer.text, answer.status_code).form()
    except NoSuchPart:
        return {}
    own = {name: control for name, control in form.controls.items() if name != "csrf_token"}
    return {name: control.chosen or control.offered[:1] or [""] for name, control in own.items()}


def _who(clinic: Clinic, form: Form, language: str) -> Arrival:
    return Attacker.like(clinic.visitor(language)), f"/{language}/start/who", lambda: WHO


def _agree(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = TICKED | {"contact_email": "parent@family.example"}
    return Attacker.like(clinic.undecided(language)), f"/{language}/start/agree", lambda: said


def _resume(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = {"contact_email": "parent@family.example"}
    return Attacker.like(clinic.visitor(language)), f"/{language}/resume", lambda: said


def _resume_code(clinic: Clinic, form: Form, language: str) -> Arrival:
    visitor, code = clinic.asking(language)
    return Attacker.like(visitor), f"/{language}/resume/code", lambda: {"code": code}


def _resume_link(clinic: Clinic, form: Form, language: str) -> Arrival:
    token, code = clinic.mailed(language)
    return Attacker.like(clinic.visitor(language)), f"/{language}/resume/{token}", lambda: {"code": code}


def _section(clinic: Clinic, form: Form, language: str) -> Arrival:
    attacker = Attacker.like(clinic.draft(language))
    return attacker, f"/{language}/case/section/{form.section}", lambda: SECTIONS.get(form.section, {})


def _by_the_way(clinic: Clinic, form: Form, language: str) -> Arrival:
    attacker, path, sensible = _section(clinic, form, language)
    return attacker, f"{path}/by-the-way", sensible


def _right_now(clinic: Clinic, form: Form, language: str) -> Arrival:
    attacker = Attacker.like(clinic.family(language))

    def sensible() -> Said:
        attacker.post(f"/{language}/case/section/safety", [("red_flags", "blue_lips")])
        return {"said": "not_now", "about": "blue_lips"}

    return attacker, f"/{language}/case/first", sensible


def _contact(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = {"contact_email": "another@family.example"}
    return Attacker.like(clinic.family(language)), f"/{language}/case/contact", lambda: said


def _assent(clinic: Clinic, form: Form, language: str) -> Arrival:
    family = clinic.family(language)
    case_id = clinic.case_of(family)

    def sensible() -> Said:
        clinic.forget_assent(case_id)
        return {"adult_assent": "yes"}

    return Attacker.like(family), f"/{language}/case/assent", sensible


def _another(clinic: Clinic, form: Form, language: str) -> Arrival:
    return Attacker.like(clinic.family(language)), f"/{language}/case/another", lambda: WHO


def _another_agree(clinic: Clinic, form: Form, language: str) -> Arrival:
    attacker = Attacker.like(clinic.family(language))

    def sensible() -> Said:
        attacker.post(f"/{language}/case/another", list(WHO.items()))
        return {name: value for name, value in TICKED.items() if name != "no_email"}

    return attacker, f"/{language}/case/another/agree", sensible


def _documents(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = {"kind": "genetic_report", "file": "report.pdf"}
    return Attacker.like(clinic.family(language)), f"/{language}/case/documents", lambda: said


def _book(clinic: Clinic, form: Form, language: str) -> Arrival:
    attacker = Attacker.like(clinic.family(language))
    return attacker, f"/{language}/case/book", lambda: {"slot": clinic.first_time()}


def _confirm(clinic: Clinic, form: Form, language: str) -> Arrival:
    return _taking(clinic, language, "book/confirm", clinic.keep_a_time)


def _offer(clinic: Clinic, form: Form, language: str) -> Arrival:
    return _taking(clinic, language, "offer", clinic.offer_a_time)


def _taking(clinic: Clinic, language: str, page: str, get: Callable[[str], str]) -> Arrival:
    """Somebody who books a time, got for the case anew at each try."""
    assert clinic.office
    family = clinic.family(language)
    case_id = clinic.case_of(family)

    def sensible() -> Said:
        return {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "spoken", "slot": get(case_id)}

    return Attacker.like(family), f"/{language}/case/{page}", sensible


def _pass_on(clinic: Clinic, form: Form, language: str) -> Arrival:
    assert clinic.office
    family = clinic.family(language)
    case_id = clinic.case_of(family)
    return Attacker.like(family), f"/{language}/case/offer/pass-on", lambda: {"slot": clinic.offer_a_time(case_id)}


def _keeping(clinic: Clinic, form: Form, language: str) -> Arrival:
    assert clinic.office
    family = clinic.family(language)
    case_id, path = clinic.case_of(family), concrete(clinic, form.path, language)

    def sensible() -> Said:
        clinic.keep_a_time(case_id)
        return {}

    return Attacker.like(family), path, sensible


def _left(clinic: Clinic, form: Form, language: str) -> Arrival:
    assert clinic.office
    family = clinic.family(language)
    case_id, path = clinic.case_of(family), concrete(clinic, form.path, language)

    def sensible() -> Said:
        token = clinic.keep_a_time(case_id)
        return {"slot": token, "mark": clinic.mark_of_kept(case_id)}

    return Attacker.like(family), path, sensible


def _sign_in(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = {"email": clinic.office.email, "password": PASSWORD}
    return Attacker.like(clinic.visitor(language)), f"/{language}/desk/sign-in", lambda: said


def _code(clinic: Clinic, form: Form, language: str) -> Arrival:
    attacker = Attacker.like(clinic.half_way(language))
    return attacker, f"/{language}/desk/sign-in/code", lambda: {"code": code_of()}


def _invitation(clinic: Clinic, form: Form, language: str) -> Arrival:
    # The right code would use the invitation up.
    said = {"password": PASSWORD, "code": "000000"}
    path = f"/{language}/desk/invitation/{clinic.invited()}"
    visitor = clinic.visitor(language)
    visitor.open(path)
    return Attacker.like(visitor), path, lambda: said


def _people(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = {"name": "Test New", "language": "tr", "roles": ["lead"], "speaks": ["tr"], "zone": "Asia/Tokyo"}

    def sensible() -> Said:
        clinic.forget_added()
        return said | {"email": "added@clinic.example"}

    return Attacker.like(clinic.somebody("admin", language=language)), f"/{language}/desk/people", sensible


def _place(clinic: Clinic, form: Form, language: str) -> Arrival:
    path = f"/{language}/desk/people/{clinic.id_of(clinic.somebody('lead'))}/place"
    said = {"zone": "Europe/Istanbul", "speaks": ["en", "fr"]}
    return Attacker.like(clinic.somebody("admin", language=language)), path, lambda: said


def _slots(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = TIMES | {"coordinator": clinic.id_of(clinic.office), "weekdays": ["0"]}
    return Attacker.like(clinic.somebody("admin", language=language)), f"/{language}/desk/slots", lambda: said


def _copying(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = {"calendar": clinic.id_of(clinic.office), "week": TIMES["first"], "into": "2027-03-15", "weeks": "1"}
    return Attacker.like(clinic.somebody("admin", language=language)), f"/{language}/desk/slots/copy", lambda: said


def _moving(clinic: Clinic, form: Form, language: str) -> Arrival:
    assert clinic.office
    family = clinic.family(language)
    clinic.book_a_time(clinic.case_of(family))
    return Attacker.like(family), f"/{language}/case/appointment/move", lambda: {"slot": clinic.first_time()}


def _move_confirm(clinic: Clinic, form: Form, language: str) -> Arrival:
    assert clinic.office
    family = clinic.family(language)
    case_id = clinic.case_of(family)
    clinic.book_a_time(case_id)

    def sensible() -> dict[str, str]:
        return {"slot": clinic.keep_another_time(case_id)}

    return Attacker.like(family), f"/{language}/case/appointment/move/confirm", sensible


def _details(clinic: Clinic, form: Form, language: str) -> Arrival:
    assert clinic.office
    family = clinic.family(language)
    clinic.book_a_time(clinic.case_of(family))
    said = {"channel": "phone", "phone": "+33 1 23 45 67 88", "interpreter": "sign"}
    return Attacker.like(family), f"/{language}/case/appointment/details", lambda: said


def _seen(clinic: Clinic, form: Form, language: str) -> Arrival:
    assert clinic.office
    family = clinic.family(language)
    case_id = clinic.case_of(family)

    def said() -> dict[str, str]:
        return {"slot": clinic.move_a_time(case_id), "sequence": "1"}

    return Attacker.like(family), f"/{language}/case/appointment/seen", said


def _cancel(clinic: Clinic, form: Form, language: str) -> Arrival:
    assert clinic.office
    family = clinic.family(language)
    case_id = clinic.case_of(family)

    def sensible() -> Said:
        return {"slot": clinic.book_a_time(case_id), "reason": "time"}

    return Attacker.like(family), f"/{language}/case/appointment/cancel", sensible


def _calendar(clinic: Clinic, language: str, place: str, said: Said) -> Arrival:
    assert clinic.office
    admin = clinic.somebody("admin", language=language)
    return Attacker.like(admin), f"/{language}/desk/calendars/{clinic.id_of(clinic.office)}{place}", lambda: said


def _rules(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = {"minutes": "40", "before": "5", "after": "5", "notice": "2", "horizon": "14", "holidays_of": "TR"}
    return _calendar(clinic, language, "", said | {"most_per_day": "6"})


def _hours(clinic: Clinic, form: Form, language: str) -> Arrival:
    return _calendar(clinic, language, "/hours", {"weekdays": ["5"], "begin": "20:00", "end": "22:00", "urgent": "y"})


def _days(clinic: Clinic, form: Form, language: str) -> Arrival:
    said = {"kind": "travel", "first": "2027-06-01", "last": "2027-06-02", "begin": "", "end": "", "zone": "Asia/Tokyo"}
    return _calendar(clinic, language, "/days", said)


def _cancel_consultation(clinic: Clinic, form: Form, language: str) -> Arrival:
    return _consultation(clinic, language, "cancel-consultation", lambda booked: {"slot": booked, "reason": "ill"})


def _time_stands(clinic: Clinic, form: Form, language: str) -> Arrival:
    return _consultation(clinic, language, "time-stands", lambda booked: {"slot": booked})


def _move_consultation(clinic: Clinic, form: Form, language: str) -> Arrival:
    def sensible(booked: str) -> Said:
        return {"was": booked, "slot": clinic.first_time(), "reason": "ill"}

    return _consultation(clinic, language, "move-consultation", sensible)


def _consultation(clinic: Clinic, language: str, page: str, sensible: Callable[[str], Said]) -> Arrival:
    """A form of the desk about the consultation of a family, which is booked anew each time something is sent."""
    assert clinic.office
    family = clinic.family(language)
    case_id, reference = clinic.case_of(family), clinic.reference_of(family)
    office = clinic.somebody("coordinator", language=language)
    path = f"/{language}/desk/cases/{reference}/{page}"
    return Attacker.like(office), path, lambda: sensible(clinic.book_a_time(case_id))


def _outcome(clinic: Clinic, form: Form, language: str) -> Arrival:
    reference = clinic.family(language).reference()
    office = clinic.somebody("coordinator", language=language)
    return Attacker.like(office), f"/{language}/desk/cases/{reference}/outcome", lambda: {"outcome": "family"}


WAYS: dict[str, Callable[[Clinic, Form, str], Arrival]] = {
    "family.start_who": _who,
    "family.start_agree": _agree,
    "family.resume": _resume,
    "family.resume_code": _resume_code,
    "family.resume_link": _resume_link,
    "family.contact": _contact,
    "family.assent": _assent,
    "family.another": _another,
    "family.another_agree": _another_agree,
    "intake.section": _section,
    "intake.by_the_way": _by_the_way,
    "intake.right_now": _right_now,
    "documents.add": _documents,
    "booking.book": _book,
    "booking.confirm": _confirm,
    "booking.offer": _offer,
    "booking.pass_on": _pass_on,
    "booking.keep": _keeping,
    "booking.leave": _keeping,
    "booking.left": _left,
    "booking.move": _moving,
    "booking.move_confirm": _move_confirm,
    "booking.details": _details,
    "booking.cancel": _cancel,
    "booking.seen": _seen,
    "desk.cancel_consultation": _cancel_consultation,
    "desk.time_stands": _time_stands,
    "desk.move_consultation": _move_consultation,
    "desk.outcome": _outcome,
    "desk.calendar": _rules,
    "desk.add_hours": _hours,
    "desk.add_days": _days,
    "staff.sign_in": _sign_in,
    "staff.code": _code,
    "staff.invitation": _invitation,
    "desk.people": _people,
    "desk.place": _place,
    "desk.slots": _slots,
    "desk.copy_slots": _copying,
}
