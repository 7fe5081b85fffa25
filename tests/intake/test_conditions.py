"""When a question is asked: the grammar, and its three verdicts."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.intake.questionnaire.conditions import OFF, WAITING, BadCondition, StateOf, parse

FACTS = {
    "one": "red",
    "some": ["north", "south"],
    "number": 12,
    "off": OFF,
    "waiting": WAITING,
    "state": StateOf("unknown"),
}


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("one = red", True),
        ("one = blue", False),
        ("one != blue", True),
        ("one != red", False),
        ("one in (blue, red)", True),
        ("one in blue", False),
        ("some includes north", True),
        ("some includes (east, west)", False),
        ("some = south", True),
        ("number < 12", False),
        ("number <= 12", True),
        ("number > 11.5", True),
        ("number >= 12.1", False),
        ("one answered", True),
        ("one = red and number < 10", False),
        ("one = blue or number > 10", True),
        ("not one = blue", True),
        ("not (one = red or one = blue)", False),
        ("one = blue and one = red or number = 12", True),
        ("one = blue and (one = red or number = 12)", False),
    ],
)
def test_a_condition_is_judged(text, verdict):
    assert parse(text).judge(FACTS) is verdict


@pytest.mark.parametrize("sign", ["= red", "!= red", "in (red, blue)", "includes red", "answered", "< 3"])
def test_what_is_off_the_path_makes_a_comparison_false(sign):
    assert parse(f"off {sign}").judge(FACTS) is False


@pytest.mark.parametrize("sign", ["= red", "!= red", "in (red, blue)", "answered", ">= 3"])
def test_what_is_not_answered_yet_makes_it_wait(sign):
    assert parse(f"waiting {sign}").judge(FACTS) is None


@pytest.mark.parametrize(("sign", "verdict"), [("= red", False), ("!= red", True), ("answered", False), ("> 3", False)])
def test_i_do_not_know_is_an_answer_without_a_value(sign, verdict):
    assert parse(f"state {sign}").judge(FACTS) is verdict


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("waiting = red and one = blue", False),
        ("waiting = red and one = red", None),
        ("waiting = red or one = red", True),
        ("waiting = red or one = blue", None),
        ("not waiting = red", None),
    ],
)
def test_waiting_gives_way_to_what_is_certain(text, verdict):
    assert parse(text).judge(FACTS) is verdict


@pytest.mark.parametrize(
    "text",
    [
        "",
        "one",
        "one =",
        "= red",
        "one red",
        "one = red blue",
        "one = red and",
        "(one = red",
        "one in ()",
        "one < red",
        "one ; red",
        "and = red",
        "one in (red",
    ],
)
def test_what_does_not_follow_the_grammar_is_refused(text):
    with pytest.raises(BadCondition):
        parse(text)


@given(st.text(alphabet="aeo =!<>(),.1-notridcul\n", max_size=40))
def test_any_text_is_a_condition_or_refused(text):
    with suppress(BadCondition):
        assert parse(text).judge({}) in {True, False, None}


NAMES = st.sampled_from(["one", "some", "off", "waiting", "state"])
CONDITIONS = st.recursive(
    st.builds("{} = red".format, NAMES),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["and", "or"]), inner)
        | st.builds("not ({})".format, inner)
    ),
    max_leaves=6,
)


@given(CONDITIONS)
def test_denying_twice_says_the_same(text):
    assert parse(f"not not ({text})").judge(FACTS) is parse(text).judge(FACTS)


@given(CONDITIONS, CONDITIONS)
def test_denying_both_is_denying_either(left, right):
    either = parse(f"not (({left}) or ({right}))").judge(FACTS)
    assert either is parse(f"not ({left}) and not ({right})").judge(FACTS)
