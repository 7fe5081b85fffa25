"""Every type reads what people type, and names what it cannot read; nothing typed is lost."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.intake.questionnaire.answers import SKIPPED
from portal.intake.questionnaire.reading import fields_of, read_section
from tests.intake import synthetic

TODAY = date(2027, 3, 1)
KINDS = synthetic.questionnaire().section("kinds")
PERSON = synthetic.questionnaire().section("person")


def read(section=KINDS, **fields: object):
    """One reading of some fields; `code__part` stands for `code.part`."""
    posted = {name.replace("__", "."): [value] if isinstance(value, str) else value for name, value in fields.items()}
    return read_section(section, posted, (), TODAY)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"one": "green"}, {"value": "green"}),
        ({"some": ["south", "north"]}, {"value": ["north", "south"]}),
        ({"some": ["none"]}, {"value": ["none"]}),
        ({"named": "other", "named__text": " Zellweger "}, {"value": "other", "text": "Zellweger"}),
        ({"named": "known", "named__text": "not asked"}, {"value": "known"}),
        ({"named__text": "only words"}, {"value": "other", "text": "only words"}),
        ({"truth": "true"}, {"value": "true"}),
        ({"story": "one\r\ntwo"}, {"value": "one\ntwo"}),
        ({"whole": "79"}, {"value": 79, "unit": "beats"}),
        ({"whole": "٤٢"}, {"value": 42, "unit": "beats"}),
        ({"whole": "۷"}, {"value": 7, "unit": "beats"}),
        ({"exact": "1,5"}, {"value": "1.5", "unit": "litre"}),
        ({"exact": "12.50", "exact__unit": "pint"}, {"value": "12.5", "unit": "pint"}),
        ({"exact": "١٢٫٥"}, {"value": "12.5", "unit": "litre"}),
        ({"exact": "2", "exact__unit": "barrel"}, {"value": "2", "unit": "litre"}),
        ({"years": "5"}, {"value": 5, "unit": "years"}),
        ({"years": "18", "years__unit": "months"}, {"value": 18, "unit": "months"}),
        (
            {"measured": "131,5", "measured__date": "04/2026", "measured__method": "lying"},
            {"value": "131.5", "unit": "cm", "date": "2026-04", "method": "lying"},
        ),
        ({"measured": "131", "measured__method": "guessed"}, {"value": "131", "unit": "cm"}),
        ({"pain": "0"}, {"value": 0}),
        ({"pain": "10"}, {"value": 10}),
        ({"when": "2015"}, {"value": "2015"}),
        ({"when": "4.2015"}, {"value": "2015-04"}),
        ({"when": "2015-4"}, {"value": "2015-04"}),
        ({"when": "24/12/2015"}, {"value": "2015-12"}),
        ({"when": "٢٠١٥"}, {"value": "2015"}),
        (
            {"relatives__0__who": "mother", "relatives__2__note": "aunt", "relatives__2__dose": "7,5"},
            {"value": [{"who": {"value": "mother"}}, {"note": {"value": "aunt"}, "dose": {"value": "7.5"}}]},
        ),
        ({"one__state": "declined"}, {"state": "declined"}),
        ({"years__state": "never"}, {"state": SKIPPED}),
        ({"one": "red", "one__state": "unknown"}, {"value": "red"}),
    ],
)
def test_what_people_type_becomes_a_coded_answer(fields, answer):
    code = next(iter(fields)).partition("__")[0]
    assert read(**fields).answers[code] == answer


@pytest.mark.parametrize(
    ("fields", "where", "kind"),
    [
        ({"one": "purple"}, "one", "option"),
        ({"some": ["north", "east"]}, "some", "option"),
        ({"some": ["none", "north"]}, "some", "alone"),
        ({"named": "other", "named__text": "x" * 201}, "named.text", "too_long"),
        ({"truth": "perhaps"}, "truth", "option"),
        ({"story": "x" * 501}, "story", "too_long"),
        ({"whole": "4.5"}, "whole", "whole"),
        ({"whole": "four"}, "whole", "whole"),
        ({"whole": "80"}, "whole", "range"),
        ({"whole": "-1"}, "whole", "range"),
        ({"whole": "9" * 5000}, "whole", "whole"),
        ({"exact": "1.2.3"}, "exact", "number"),
        ({"exact": "1e9"}, "exact", "number"),
        ({"exact": "0.4"}, "exact", "range"),
        ({"years": "111"}, "years", "range"),
        ({"years": "5", "years__unit": "weeks"}, "years", "whole"),
        ({"measured": "131", "measured__date": "2027-13"}, "measured.date", "date"),
        ({"measured": "131", "measured__date": "2099"}, "measured.date", "date_range"),
        ({"pain": "11"}, "pain", "option"),
        ({"when": "31/02"}, "when", "date"),
        ({"when": "1979"}, "when", "date_range"),
        ({"when": "2030-07"}, "when", "date_range"),
        ({"relatives__0__who": "uncle"}, "relatives.0.who", "option"),
        ({"relatives__1__since": "soon"}, "relatives.1.since", "date"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept_as_typed(fields, where, kind):
    reading = read(**fields)
    posted = {name.replace("__", "."): [value] if isinstance(value, str) else value for name, value in fields.items()}
    assert ([(one.where, one.kind) for one in reading.problems], reading.typed) == ([(where, kind)], posted)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [({"country": "XX"}, "option"), ({"timezone": "Mars/Base"}, "zone"), ({"tongue": "klingon"}, "option")],
)
def test_places_and_languages_must_exist(fields, kind):
    assert [one.kind for one in read(PERSON, **fields).problems] == [kind]


@pytest.mark.parametrize("zone", ["Europe/Kyiv", "Europe/Kiev", "Asia/Calcutta", "Asia/Riyadh"])
def test_a_zone_is_known_by_each_of_its_names(zone):
    assert read(PERSON, timezone=zone).answers["timezone"] == {"value": zone}


def test_a_question_that_was_shown_and_left_is_noted_as_left():
    reading = read_section(KINDS, {}, {"one", "pain"}, TODAY)
    assert reading.answers == {"one": {"state": SKIPPED}, "pain": {"state": SKIPPED}}


def test_a_question_that_was_not_shown_is_not_noted():
    assert read().answers == {}


def test_one_problem_keeps_no_other_answer_away():
    assert read(one="red", whole="many").answers == {"one": {"value": "red"}}


def test_rows_beyond_the_most_are_not_read():
    assert read(relatives__7__note="too far").answers == {"relatives": {"state": SKIPPED}}


FIELDS = st.dictionaries(
    st.sampled_from(
        [
            *("one", "some", "named", "named.text", "truth", "story", "whole", "exact", "exact.unit", "years"),
            *("years.unit", "measured", "measured.date", "measured.method", "pain", "when", "one.state"),
            *("relatives.0.who", "relatives.0.note", "relatives.1.dose", "relatives.99.note", "relatives.x.note"),
        ]
    ),
    st.lists(st.text(max_size=30) | st.sampled_from(["red", "12", "2015-04", "true", "unknown"]), max_size=3),
    max_size=8,
)


@given(FIELDS)
def test_no_form_is_an_error(fields):
    reading = read_section(KINDS, fields, {"one"}, TODAY)
    assert {one.where.partition(".")[0] for one in reading.problems}.isdisjoint(reading.answers)


@given(FIELDS)
def test_an_answer_put_back_into_fields_reads_the_same(fields):
    answers = read_section(KINDS, fields, (), TODAY).answers
    questions = synthetic.questionnaire().questions
    again = {name: values for code in answers for name, values in fields_of(questions[code], answers[code]).items()}
    kept = {code: answer for code, answer in answers.items() if answer != {"state": SKIPPED}}
    assert read_section(KINDS, again, (), TODAY).answers == kept
