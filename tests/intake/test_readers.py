"""Every type reads what people type, and names what it cannot read; nothing typed is lost."""

from datetime import date
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from portal.intake.questionnaire.answers import SKIPPED, digest
from portal.intake.questionnaire.definition import Section
from portal.intake.questionnaire.readers import READERS
from portal.intake.questionnaire.reading import fields_of, read_section
from tests.intake import synthetic

TODAY = date(2027, 3, 1)
KINDS = synthetic.questionnaire().section("kinds")
PERSON = synthetic.questionnaire().section("person")


def read(section=KINDS, stood=None, **fields: object):
    """One reading of some fields; `code__part` stands for `code.part`."""
    posted = {name.replace("__", "."): [value] if isinstance(value, str) else value for name, value in fields.items()}
    return read_section(section, posted, (), TODAY, stood)


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"one": "green"}, {"value": "green"}),
        ({"some": ["south", "north"]}, {"value": ["north", "south"]}),
        ({"some": ["none"]}, {"value": ["none"]}),
        ({"named": "other", "named__text": " Zellweger "}, {"value": "other", "text": "Zellweger"}),
        ({"named": "known", "named__text": "beside it"}, {"value": "known", "text": "beside it"}),
        ({"named__text": "only words"}, {"value": "other", "text": "only words"}),
        ({"truth": "true"}, {"value": "true"}),
        ({"story": "one\r\ntwo"}, {"value": "one\ntwo"}),
        ({"whole": "79"}, {"value": 79, "unit": "beats"}),
        ({"whole": "٤٢"}, {"value": 42, "unit": "beats"}),
        ({"whole": "۷"}, {"value": 7, "unit": "beats"}),
        ({"exact": "1,5", "exact__unit": "litre"}, {"value": "1.5", "unit": "litre"}),
        ({"exact": "12.50", "exact__unit": "pint"}, {"value": "12.5", "unit": "pint"}),
        ({"exact": "١٢٫٥", "exact__unit": "litre"}, {"value": "12.5", "unit": "litre"}),
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
        (
            {"results__0__test": "metres", "results__0__value": "0,5", "results__1__test": "points"},
            {"value": [{"test": {"value": "metres"}, "value": {"value": "0.5"}}, {"test": {"value": "points"}}]},
        ),
        ({"one__state": "declined"}, {"state": "declined"}),
        ({"years__state": "never"}, {"state": SKIPPED}),
    ],
)
def test_what_people_type_becomes_a_coded_answer(fields, answer):
    code = next(iter(fields)).partition("__")[0]
    assert read(**fields).answers[code] == answer


@pytest.mark.parametrize(
    ("fields", "where", "kind"),
    [
        ({"one": "purple"}, "one", "option"),
        ({"one": "red", "one__state": "unknown"}, "one", "one"),
        ({"one__state": ["unknown", "never"]}, "one", "one"),
        ({"relatives__0__who": "mother", "relatives__state": "unknown"}, "relatives", "one"),
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
        ({"exact": "0.4", "exact__unit": "litre"}, "exact", "range"),
        ({"exact": "2"}, "exact.unit", "unit"),
        ({"exact": "2", "exact__unit": "barrel"}, "exact.unit", "unit"),
        ({"exact__unit": "litre"}, "exact", "without_number"),
        ({"years": "111"}, "years", "range"),
        ({"years": "5", "years__unit": "weeks"}, "years", "whole"),
        ({"measured": "131", "measured__date": "2027-13"}, "measured.date", "date"),
        ({"measured": "131", "measured__date": "2099"}, "measured.date", "date_range"),
        ({"measured__date": "04/2026"}, "measured", "without_number"),
        ({"measured__date": "last spring", "measured__method": ""}, "measured", "without_number"),
        ({"measured": " ", "measured__method": "lying"}, "measured", "without_number"),
        ({"pain": "11"}, "pain", "option"),
        ({"when": "31/02"}, "when", "date"),
        ({"when": "1979"}, "when", "date_range"),
        ({"when": "2030-07"}, "when", "date_range"),
        ({"relatives__0__who": "uncle"}, "relatives.0.who", "option"),
        ({"relatives__1__since": "soon"}, "relatives.1.since", "date"),
        ({"results__0__value": "12"}, "results.0.test", "which"),
        ({"results__0__test": "points", "results__0__value": "12.5"}, "results.0.value", "whole"),
        ({"results__0__test": "points", "results__0__value": "35"}, "results.0.value", "range"),
        ({"results__0__test": "points", "results__0__value": "-1"}, "results.0.value", "range"),
        ({"results__0__test": "metres", "results__0__value": "0.4"}, "results.0.value", "range"),
        ({"results__0__test": "jumps", "results__0__value": "12"}, "results.0.test", "option"),
    ],
)
def test_what_cannot_be_read_is_named_and_kept_as_typed(fields, where, kind):
    reading = read(**fields)
    posted = {name.replace("__", "."): [value] if isinstance(value, str) else value for name, value in fields.items()}
    assert ([(one.where, one.kind) for one in reading.problems], reading.typed) == ([(where, kind)], posted)


RED, UNKNOWN, MOTHER = {"value": "red"}, {"state": "unknown"}, {"who": {"value": "mother"}}


@pytest.mark.parametrize(
    ("stood", "sent", "answer"),
    [
        (RED, {"one": "red", "one__state": "unknown"}, UNKNOWN),
        (UNKNOWN, {"one": "red", "one__state": "unknown"}, RED),
        (UNKNOWN, {"one__state": ["unknown", "declined"]}, {"state": "declined"}),
        ({"value": 7, "unit": "years"}, {"years": "7", "years__state": "unknown"}, UNKNOWN),
        (
            UNKNOWN,
            {"relatives__0__who": "mother", "relatives__state": "unknown"},
            {"value": [{"who": {"value": "mother"}}]},
        ),
    ],
)
def test_of_a_value_and_a_state_the_new_one_counts(stood, sent, answer):
    code = next(iter(sent)).partition("__")[0]
    assert read(stood={code: digest(stood)}, **sent).answers == {code: answer}


@pytest.mark.parametrize(("one", "states"), [("blue", ["unknown"]), ("red", ["never", "unknown"])])
def test_two_that_are_new_are_a_question_and_stay_as_they_were_sent(one, states):
    reading = read(stood={"one": digest(RED)}, one=one, one__state=states)
    assert ([one.kind for one in reading.problems], sorted(reading.typed)) == (["one"], ["one", "one.state"])


def test_a_written_list_does_not_go_for_a_tick():
    rows = {"relatives__0__who": "mother"}
    saved = read(**rows).answers["relatives"]
    reading = read(stood={"relatives": digest(saved)}, relatives__state="unknown", **rows)
    assert [one.kind for one in reading.problems] == ["one"]


def test_words_beside_no_choice_are_kept_where_no_choice_has_words():
    named = structs.replace(synthetic.question("named"), text_with=())
    reading = read(Section("alone", (named,)), named__text="only words")
    assert ([(one.where, one.kind) for one in reading.problems], reading.typed) == (
        [("named", "option")],
        {"named.text": ["only words"]},
    )


def test_every_row_that_is_wrong_is_named():
    reading = read(results__0__value="1", results__1__test="points", results__1__value="99", results__2__value="x")
    assert [(one.where, one.kind) for one in reading.problems] == [
        ("results.0.test", "which"),
        ("results.1.value", "range"),
        ("results.2.value", "number"),
    ]


@pytest.mark.parametrize("code", ["story", "notation", "named__text", "gene__text", "relatives__0__note", "whole"])
def test_nothing_is_cut_however_long_it_is(code):
    written = "ab c\u00e9 " * 60_000
    reading = read(**{code: written})
    assert (len(reading.problems), reading.typed) == (1, {code.replace("__", "."): [written]})


def test_marks_without_end_are_read_in_no_time():
    started = perf_counter()
    read(story="a" + "\u0301\u0316" * 250_000)
    assert perf_counter() - started < 5  # to compose them took more than a minute


NOTATION = [
    " c.10033C>T  p.(Arg3345*) ",
    "c.76A\u200e>T\u2069",
    "e\u0301 and \u00e9, \ufb01 and \u212b",
    "\tdel\u00a0ex\u202f45\u201350\u3000",
    "\ue000 \U000e0042",
]


@pytest.mark.parametrize("line", NOTATION)
def test_notation_is_kept_exactly_as_it_was_posted(line):
    assert read(notation=line).answers["notation"] == {"value": line}


@pytest.mark.parametrize("line", NOTATION)
def test_so_are_the_words_beside_a_choice_of_notation(line):
    assert read(gene="DMD", gene__text=line).answers["gene"] == {"value": "DMD", "text": line}


def test_so_is_notation_that_is_too_long():
    assert read(notation=" e\u0301" * 30).typed == {"notation": [" e\u0301" * 30]}


@pytest.mark.parametrize(
    ("posted", "kept"),
    [("c.1\0A>T", "c.1A>T"), ("c.1\ud800A>T", "c.1A>T"), ("c.1\r\nA>T", "c.1 A>T"), ("c.\x1b\ufffe1", "c.1")],
)
def test_of_notation_only_that_goes_which_nothing_can_carry(posted, kept):
    assert read(notation=posted).answers["notation"] == {"value": kept}


@pytest.mark.parametrize("nothing", [" \t", "\u200e", ""])
def test_words_in_which_nothing_can_be_seen_are_none(nothing):
    reading = read(notation=nothing, gene="DMD", gene__text=nothing, named__text=nothing)
    assert reading.answers == {
        "notation": {"state": SKIPPED},
        "gene": {"value": "DMD"},
        "named": {"state": SKIPPED},
    }


@pytest.mark.parametrize(
    ("fields", "kind"),
    [({"country": "XX"}, "option"), ({"timezone": "Mars/Base"}, "zone"), ({"tongue": "klingon"}, "option")],
)
def test_places_and_languages_must_exist(fields, kind):
    assert [one.kind for one in read(PERSON, **fields).problems] == [kind]


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/Kyiv", "Europe/Kyiv"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("Asia/Riyadh", "Asia/Riyadh"),
        ("US/Eastern", "America/New_York"),
        ("Turkey", "Europe/Istanbul"),
    ],
)
def test_a_zone_is_known_by_each_of_its_names_and_kept_by_that_of_the_list(name, zone):
    assert read(PERSON, timezone=name).answers["timezone"] == {"value": zone}


@pytest.mark.parametrize("name", ["UTC", "Etc/UTC", "GMT", "Etc/GMT+3", "EST", "Factory", "localtime", "posixrules"])
def test_what_is_no_place_is_nobodys_clock(name):
    assert [one.kind for one in read(PERSON, timezone=name).problems] == ["zone"]


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
            *("notation", "gene", "gene.text", "results.0.test", "results.0.value"),
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


def test_no_type_is_without_a_reader():
    assert {one.type for one in synthetic.questionnaire().questions.values()} <= set(READERS)
