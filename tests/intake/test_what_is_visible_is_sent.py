"""Random answers: what a coordinator gets is what the check page of the family showed, and nothing else."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.intake.questionnaire import store
from portal.intake.questionnaire.answers import Answer, has_value, is_answered
from portal.intake.questionnaire.definition import Question
from portal.intake.questionnaire.path import BIRTH, find_path
from portal.intake.service.answers import Intake
from portal.intake.service.progress import counts
from portal.intake.service.sheet import Sheet
from portal.intake.showing import rows

TODAY = date(2027, 3, 1)
QUESTIONNAIRE = store.current()
NUMBERS = {"integer": 7, "decimal": "7", "scale": 3}


def answers_to(question: Question) -> st.SearchStrategy[Answer]:
    """Anything that this question's page can give."""
    values: dict[str, st.SearchStrategy[Answer]] = {
        "choice": st.sampled_from(question.options or ("x",)).map(lambda one: {"value": one}),
        "choice_text": st.sampled_from(question.options or ("x",)).map(lambda one: {"value": one}),
        "choices": st.lists(st.sampled_from(question.options or ("x",)), min_size=1, unique=True).map(
            lambda some: {"value": some}
        ),
        "partial_date": st.sampled_from(["1985", "2011-05", "2020"]).map(lambda when: {"value": when}),
        "age": st.integers(0, 40).map(lambda years: {"value": years, "unit": "years"}),
        "measurement": st.just({"value": "50", "unit": (question.units or ("",))[0]}),
        "boolean": st.just({"value": "true"}),
        "repeat": st.just({"value": []} if question.none else {"state": "skipped"}),
        "documents": st.just({"state": "skipped"}),
        "country": st.just({"value": "FR"}),
        "time_zone": st.just({"value": "Europe/Paris"}),
        "language": st.just({"value": ["fr"]}),
    }
    said = values.get(question.type, st.just({"value": NUMBERS.get(question.type, f"planted-{question.code}")}))
    states = [st.just({"state": state}) for state in (*question.states, "skipped")]
    return st.one_of(said, said, *states)


EVERYTHING = st.fixed_dictionaries(
    {}, optional={code: answers_to(one) for code, one in QUESTIONNAIRE.questions.items()}
)


def intake(answers: dict[str, Answer]) -> Intake:
    return Intake(
        QUESTIONNAIRE,
        {"all": Sheet(1, answers, frozenset(), {})},
        answers,
        find_path(QUESTIONNAIRE, answers, TODAY),
        TODAY,
    )


@settings(max_examples=150)
@given(EVERYTHING)
def test_what_is_shown_is_exactly_what_is_on_the_path(answers):
    read = intake(answers)
    shown = {row.code for section in rows(read, "en") for row in section.rows}
    asked = {code for code in read.path.on if QUESTIONNAIRE.questions[code].type != "documents"}
    assert shown == asked


@settings(max_examples=150)
@given(EVERYTHING)
def test_nothing_off_the_path_is_read_by_anybody(answers):
    read = intake(answers)
    page = "\n".join(row.text for section in rows(read, "en") for row in section.rows)
    hidden = [
        code
        for code, answer in answers.items()
        if code not in read.path and has_value(answer) and str(answer["value"]).startswith("planted-")
    ]
    assert not [code for code in hidden if f"planted-{code}" in page]


@settings(max_examples=150)
@given(EVERYTHING)
def test_the_counts_are_those_of_the_path(answers):
    read, found = intake(answers), counts(intake(answers))
    asked = [code for code in read.path.on if QUESTIONNAIRE.questions[code].type != "documents"]
    answered = [code for code in asked if is_answered(answers.get(code))]
    assert (found.complete, found.missing) == (len(answered), len(asked) - len(answered))


@settings(max_examples=150)
@given(EVERYTHING)
def test_what_waits_off_the_path_changes_nothing_on_it(answers):
    read = intake(answers)
    visible = {code: answer for code, answer in answers.items() if code in read.path}
    assert intake(visible).path.on == read.path.on


@settings(max_examples=150)
@given(EVERYTHING, st.sampled_from(sorted(QUESTIONNAIRE.questions)), st.data())
def test_an_answer_changes_only_what_comes_after_it(answers, code, data):
    other = answers | {code: data.draw(answers_to(QUESTIONNAIRE.questions[code]))}
    order = list(QUESTIONNAIRE.questions)
    before = set(order[: order.index(code) + 1])
    age = code == "birth_ym"  # the age is known before any question is asked
    assert age or before & set(intake(answers).path.on) == before & set(intake(other).path.on)


@settings(max_examples=150)
@given(EVERYTHING)
def test_a_question_that_depends_on_an_unanswered_one_waits(answers):
    read = intake(answers)
    for code in read.path.waiting:
        asks_for = {name for name, _values in QUESTIONNAIRE.questions[code].condition.compared()}
        named = {BIRTH if name == "age" else name for name in asks_for}
        assert not all(is_answered(answers.get(name)) for name in named), code
        assert code not in read.path
