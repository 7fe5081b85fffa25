"""Every field of every form, each with everything nasty: answered with a page, never with a fault of ours."""

import re
from collections.abc import Callable, Mapping

import pytest

from tests.hostile.attacker import faults
from tests.hostile.clinic import Clinic
from tests.hostile.forms import Form, Group, Way, arrive, arrive_at, every_day, groups, opening, with_fields
from tests.hostile.values import BYTES, DAILY, FEW, NASTY, SHORT, Value

WayTo = Callable[..., Way]
FORMS = with_fields()
GROUPS = [group for form in FORMS for group in groups(form)]
GUARDED = {"staff.invitation"}  # what opens it opens it once
HASHING = {"staff.sign_in", "staff.invitation"}  # a password is hashed at each try, slowly on purpose
SLOW = {
    "family.start_agree",
    "booking.confirm",
    "desk.slots",
}  # they make keys, keep a time first, or show all there is
LONG_FORMS = [pytest.param(one, name, id=f"{one}-{name}") for one in FORMS if one.section for name in one.fields]
CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
FOR_SCRIPTS = {
    "intake.by_the_way": 200,
    "booking.keep": 200,
    "booking.left": 204,
}  # pages that are open ask by themselves


def wrong(way: Way, group: Group, values: Mapping[str, Value]) -> list[tuple[str, str]]:
    """What is wrong with the answers, each with the values that it answers."""
    language = way.attacker.language
    return [(name, fault) for name, said in group.turns(values) for fault in faults(way.post(said), language)]


def usual(form: Form) -> Mapping[str, Value]:
    """The values of the everyday run."""
    return FEW if form.endpoint in HASHING else SHORT if form.endpoint in SLOW else DAILY


@pytest.mark.parametrize("form", [one for one in FORMS if one.endpoint not in GUARDED], ids=str)
def test_what_is_sensible_is_taken(way_to: WayTo, form: Form):
    answer = way_to(form).post()
    taken = FOR_SCRIPTS.get(form.endpoint, 303)
    assert (answer.status_code, list(faults(answer, "en"))) == (taken, []), "say in forms.py what is sensible here"


@pytest.mark.parametrize("group", GROUPS[::10], ids=str)  # all of them, and more values, among the exhaustive runs
def test_nothing_typed_into_a_field_is_a_fault_of_ours(way_to: WayTo, group: Group):
    assert wrong(arrive_at(way_to(group.form), group), group, usual(group.form)) == []


@pytest.mark.parametrize("form", every_day(FORMS))
def test_nothing_typed_into_every_field_at_once_is_a_fault_of_ours(way_to: WayTo, form: Form):
    assert wrong(way_to(form), Group(form, form.fields, {}), FEW) == []


@pytest.mark.parametrize("form", FORMS[::9], ids=str)
def test_it_is_said_in_arabic_to_who_reads_arabic(way_to: WayTo, form: Form):
    assert wrong(way_to(form, "ar"), Group(form, form.fields, {}), FEW) == []


@pytest.mark.parametrize("form", every_day(FORMS))
def test_no_page_carries_a_control_character(way_to: WayTo, form: Form):
    texts = [
        way_to(form).post(dict.fromkeys(form.fields, BYTES[name])).text for name in ("a NUL within", "a noncharacter")
    ]
    assert [found[0] for text in texts if (found := CONTROLS.search(text))] == []


@pytest.mark.parametrize(
    ("first", "last"), [("9999-12-31", "9999-12-31"), ("0001-01-01", "0001-01-02"), ("9999-01-01", "9999-12-31")]
)
def test_no_day_at_the_edge_of_the_calendar_is_a_fault_of_ours(way_to: WayTo, first: str, last: str):
    way = way_to(next(form for form in FORMS if form.endpoint == "desk.slots"))
    said = {
        "first": first,
        "last": last,
        "begin": "00:00",
        "end": "23:59",
        "minutes": "240",
        "weekdays": list("0123456"),
    }
    assert list(faults(way.post(said), "en")) == []


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_postgresql_is_given_nothing_that_it_refuses(own_clinic: Clinic):
    values = {"NUL": BYTES["a NUL within"]}
    small = [form for form in FORMS if not form.section and form.endpoint not in SLOW]
    ways = {form: arrive(own_clinic, form) for form in small}
    found = {str(group): wrong(ways[group.form], group, values) for form in small for group in groups(form)}
    assert {name: faults_ for name, faults_ in found.items() if faults_} == {}


# ---- all of it, which takes minutes --------------------------------------------------------------------------------


@pytest.mark.exhaustive
@pytest.mark.parametrize("group", GROUPS, ids=str)
def test_nothing_at_all_typed_into_a_field_is_a_fault_of_ours(way_to: WayTo, group: Group):
    assert wrong(arrive_at(way_to(group.form), group), group, NASTY) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize(("form", "field"), LONG_FORMS)
def test_nothing_at_all_typed_into_one_field_of_a_section_is_a_fault_of_ours(way_to: WayTo, form: Form, field: str):
    group = Group(form, (field,), opening(field.partition(".")[0]))
    assert wrong(arrive_at(way_to(form), group), group, NASTY) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("language", ["ar", "fr", "tr"])
@pytest.mark.parametrize("form", FORMS, ids=str)
def test_everything_is_said_in_the_readers_language(way_to: WayTo, form: Form, language: str):
    assert wrong(way_to(form, language), Group(form, form.fields, {}), NASTY) == []


@pytest.mark.exhaustive
def test_nobody_opens_a_hundred_thousand_times_with_one_press(own_clinic: Clinic):
    way = arrive(own_clinic, next(form for form in FORMS if form.endpoint == "desk.slots"))
    said = {"first": "2027-03-02", "last": "2028-03-01", "begin": "00:00", "end": "23:59", "minutes": "5"}
    assert way.post(said | {"weekdays": list("0123456")}).status_code == 200
