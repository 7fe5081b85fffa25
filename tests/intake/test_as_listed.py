"""When each question is asked, held against the list that it came from: nobody is walled off from it unargued."""

import json
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from portal.intake.questionnaire import store
from portal.intake.questionnaire.conditions import WAITING, Condition, StateOf, parse
from tests.intake.test_in_full import ELSEWHERE

LISTED: dict[str, str] = json.loads((Path(__file__).parent / "listed_conditions.json").read_text(encoding="ascii"))
QUESTIONS = store.current().questions
AGES = (0, 11, 12, 17, 18, 40)
# Asked of fewer than the list says, or of more: of whom, and why.
LESS = {"dx_other": "limb-girdle and congenital types have a subtype of their own to name"}
MORE = {
    "iv_trach": "who never walked may breathe through a tracheostomy as well: some congenital forms",
    "cough_assist": "a tracheostomy needs help with coughing like a mask does",
    "heart_device": "a weak heart muscle is a reason for a device like its rhythm",
    "heart_family": "hearts are affected in some limb-girdle and congenital forms too",
    "gen_text": "a line can be copied by who does not find the gene in it",
}


def in_our_grammar(prose: str) -> str:
    """A condition of the list as the definition would write it."""
    prose = prose.replace("==", "=").replace("never_checked", "never")
    prose = re.sub(r"includes (\w+) or (\w+)(?= or)", r"includes (\1, \2)", prose)
    prose = re.sub(r"(\w+) not in ([\w,]+)", r"not (\1 in (\2))", prose)
    return re.sub(r"in (\w+(?:,\w+)*)", r"in (\1)", prose)


def facts(*conditions: Condition) -> Iterator[dict[str, Any]]:
    """Everything that can be said to the questions that some conditions name, and nothing said yet."""
    names = sorted({name for condition in conditions for name, _ in condition.compared()})
    return (dict(zip(names, said, strict=True)) for said in product(*map(sayings, names)))


def sayings(name: str) -> list[Any]:
    if name == "age":
        return [*AGES, WAITING]
    question = QUESTIONS[name]
    options = [[one] if question.type == "choices" else one for one in question.options]
    return [*options, *map(StateOf, question.states), WAITING]


def differing(code: str) -> tuple[bool, bool]:
    """Whether some are not asked whom the list would ask, and some are whom it would not."""
    listed, ours = parse(in_our_grammar(LISTED[code])), QUESTIONS[code].condition
    pairs = [(listed.judge(one) is True, ours.judge(one) is True) for one in facts(listed, ours)]
    return (True, False) in pairs, (False, True) in pairs


BRANCHES = sorted(code for code, prose in LISTED.items() if prose and code not in ELSEWHERE)


@pytest.mark.parametrize("code", BRANCHES)
def test_a_question_is_asked_of_those_of_whom_the_list_asks_it_or_it_is_said_why_not(code):
    assert differing(code) == (code in LESS, code in MORE)


def test_what_the_list_asks_of_everybody_is_asked_of_everybody():
    conditioned = [code for code, prose in LISTED.items() if not prose and code not in ELSEWHERE]
    assert [code for code in conditioned if QUESTIONS[code].show_if] == []


@pytest.mark.parametrize("mask", ["never", StateOf("unknown"), WAITING])
def test_who_never_walked_is_asked_about_a_tracheostomy_whatever_is_known_of_the_mask(mask):
    assert QUESTIONS["iv_trach"].condition.judge({"niv": mask, "walk_now": "never_walked"}) is True


def test_so_is_who_does_not_know_about_the_mask():
    assert QUESTIONS["iv_trach"].condition.judge({"niv": StateOf("unknown"), "walk_now": "walks_alone"}) is True
