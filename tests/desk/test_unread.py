"""What a family typed that could not be read, or is not saved: the desk sees it as it is, and not as an answer."""

import re

import pytest

from portal.accesslog.models import Entry
from portal.extensions import db
from portal.intake.models import AnswerSheet
from portal.intake.unread import LONGEST
from tests.intake.test_tongues import page_of, send
from tests.staff.colleague import Colleague, employ
from tests.support.application import both_in_full
from tests.support.journey import SECTIONS
from tests.support.visitor import Visitor

PERSON, WISHES, GENETICS = (f"/case/section/{one}" for one in ("person", "wishes", "genetics"))
BOX = "Typed by the family, not read as an answer"
SEVERAL = "There is more than one version, and the family has not chosen yet."
ABOUT_SIXTY = "حوالي ستين"


@pytest.fixture
def family(app, clock) -> Visitor:
    """A family that writes French."""
    return Visitor(app, "fr").begin().answer()


def weigh(visitor: Visitor, weight: str) -> None:
    visitor.post(PERSON, **SECTIONS["person"], weight_kg=weight)


@pytest.fixture
def colleague(app, family) -> Colleague:
    return Colleague(app, "en").sign_in(employ(app, "coordinator"))


def shown(colleague: Colleague, visitor: Visitor) -> str:
    return colleague.open(f"/cases/{visitor.reference()}").text


def box(html: str) -> str:
    """What stands at the top of the page; empty where there is nothing of the kind."""
    return html.partition(f'<h2 class="notice-title">{BOX}</h2>')[2].partition('<div class="cards">')[0]


def row(html: str, label: str) -> str:
    """One row among all answers, with its class."""
    answers = html.partition('<div class="answers">')[2]
    return re.search(rf'<div class="summary-row[^"]*"><dt>{label}</dt>.*?</dd>', answers, re.DOTALL)[0]


@both_in_full
def test_a_weight_in_words_stands_there_as_it_was_typed(colleague, family):
    weigh(family, "environ soixante")
    html = shown(colleague, family)
    assert re.search(r"<dt>Weight</dt>.*environ soixante", box(html))
    assert ("Not answered" in row(html, "Weight"), "environ soixante" in row(html, "Weight")) == (True, True)


@pytest.mark.parametrize("place", [box, lambda html: row(html, "Weight")], ids=["at the top", "in its row"])
def test_it_says_its_language_and_direction(colleague, family, place):
    send(family, f"/ar{PERSON}", weight_kg=ABOUT_SIXTY)
    found = place(shown(colleague, family))
    assert f'<span lang="ar" dir="auto">{ABOUT_SIXTY}</span>' in found
    assert "as written, in Arabic" in found


def test_notation_never_turns(colleague, family):
    family.post(GENETICS, gen_report_status="have_it", gen_gene="DMD")
    family.post(GENETICS, gen_report_status="have_it", gen_gene="DMD", gen_text="c.10033C>T " * 200)
    assert '<span lang="fr" dir="ltr">c.10033C&gt;T' in box(shown(colleague, family))


def test_markup_is_text(colleague, family):
    weigh(family, "<b>60</b>")
    html = shown(colleague, family)
    assert ("<b>60</b>" in html, html.count("&lt;b&gt;60&lt;/b&gt;")) == (False, 2)


def test_it_is_sealed_like_every_answer(app, family):
    weigh(family, "environ soixante")
    with app.app_context():
        rows = db.session.execute(db.select(AnswerSheet.__table__)).all()
    assert rows
    assert b"soixante" not in repr(rows).encode()


def test_reading_it_is_a_look_like_any_other(app, colleague, family):
    weigh(family, "environ soixante")
    shown(colleague, family)
    with app.app_context():
        assert len(db.session.scalars(db.select(Entry).where(Entry.action == "case.read")).all()) == 1


def test_what_was_chosen_beside_it_is_in_the_readers_words(colleague, family):
    family.post(PERSON, **SECTIONS["person"], height_cm="grand", **{"height_cm.method": "standing"})
    found = box(shown(colleague, family))
    assert re.search(r'<span lang="fr" dir="auto">grand</span> · (?!<span)\w', found)


def test_a_word_over_an_answer_marks_the_answer_wherever_it_stands(colleague, family):
    weigh(family, "40")
    weigh(family, "environ 45")
    html = shown(colleague, family)
    glance = html.partition('<div class="cards">')[2].partition("</section>")[0]
    assert "environ 45" in box(html)
    assert [part in row(html, "Weight") for part in ("40 kg", BOX, "environ 45")] == [True] * 3
    assert ("40 kg" in glance, "something else was typed, see above" in glance) == (True, True)


@pytest.mark.parametrize("weight", ["", "40"])
def test_where_everything_is_read_there_is_no_box(colleague, family, weight):
    weigh(family, weight)
    html = shown(colleague, family)
    assert (BOX in html, "something else was typed" in html) == (False, False)


def test_once_it_is_mended_it_is_gone(colleague, family):
    weigh(family, "environ soixante")
    weigh(family, "60")
    html = shown(colleague, family)
    assert (BOX in html, "60 kg" in row(html, "Weight")) == (False, True)


def test_what_left_the_path_is_not_shown(colleague, family):
    family.post("/case/section/walking", walk_now="no_longer_walks")
    family.post("/case/section/walking", walk_now="no_longer_walks", walk_lost_age="vers dix ans")
    assert "vers dix ans" in box(shown(colleague, family))
    family.post("/case/section/walking", walk_now="walks_alone")
    assert "vers dix ans" not in shown(colleague, family)


def test_what_nobody_has_saved_yet_is_shown_as_it_would_be_read(colleague, family):
    data = page_of(family, f"/fr{WISHES}") | {"hopes": "Comprendre.", "_switch": "ar"}
    family.client.post(f"/ar{WISHES}", data=data)
    assert '<span lang="fr" dir="auto">Comprendre.</span>' in box(shown(colleague, family))


def both(family: Visitor) -> None:
    """Two windows say two things, in two languages, and neither can be read."""
    older = page_of(family, f"/fr{PERSON}")
    send(family, f"/ar{PERSON}", weight_kg=ABOUT_SIXTY)
    family.client.post(f"/fr{PERSON}", data=older | {"weight_kg": "environ 45"})


@both_in_full
def test_of_two_versions_both_stand_there_each_in_its_language(colleague, family):
    both(family)
    found = box(shown(colleague, family))
    said = ['<span lang="fr" dir="auto">environ 45</span>', f'<span lang="ar" dir="auto">{ABOUT_SIXTY}</span>']
    assert ([one in found for one in said], SEVERAL in found) == ([True, True], True)


def test_so_does_a_saved_answer_that_somebody_else_contradicts(colleague, family):
    older = page_of(family, f"/fr{PERSON}")
    send(family, f"/fr{PERSON}", weight_kg="40")
    family.client.post(f"/fr{PERSON}", data=older | {"weight_kg": "45"})
    found = row(shown(colleague, family), "Weight")
    assert ("40 kg" in found, "45 kg" in found, SEVERAL in found) == (True, True, True)


def test_one_version_is_not_said_to_be_several(colleague, family):
    weigh(family, "environ soixante")
    assert SEVERAL not in shown(colleague, family)


def test_a_long_text_is_cut_at_the_top_and_stands_in_full_among_all_answers(colleague, family):
    long = "un mot " * 2000
    family.post(WISHES, hopes=long)
    html = shown(colleague, family)
    assert ("in full among all answers" in box(html), len(box(html)) < 4 * LONGEST) == (True, True)
    assert long.strip() in html.partition('<div class="answers">')[2]


def test_it_stands_on_paper_too(colleague, family):
    weigh(family, "environ soixante")
    html = shown(colleague, family)
    assert ("no-print" in box(html), "skipped" in row(html, "Weight"), "skipped" in row(html, "Height")) == (
        False,
        False,
        True,
    )


# ---- after sending -------------------------------------------------------------------------------------------------


@pytest.fixture
def sent(family) -> Visitor:
    weigh(family, "40")
    family.post("/case/check")
    return family


def test_after_sending_it_is_no_change_and_the_desk_sees_it(colleague, sent):
    weigh(sent, "environ 45")
    html = shown(colleague, sent)
    assert ("Changed after sending" in html, "environ 45" in box(html)) == (False, True)


def test_no_letter_tells_of_it(app, sent, clock):
    employ(app, "coordinator", email="reader@clinic.example", speaks=("fr",))
    weigh(sent, "environ 45")
    for _ in range(2):
        clock.advance(days=1)
        sent.work()
    assert [letter for _id, letter in sent.carrier.carried if letter.kind == "intake.changed"] == []
