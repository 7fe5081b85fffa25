"""Each look at a case or a document is in the access log, under the pseudonym; a look that was refused is not."""

import pytest

from portal.accesslog.log import first_break
from portal.accesslog.models import Entry
from portal.extensions import db
from tests.access.scene import Stage
from tests.access.who_may import CASE, DESK, DOCUMENT, FAMILY, OPENS, ROLES

READERS = ["coordinator 1", "coordinator 2", "lead"]
LOOKS = {"case.read", "document.opened"}
Told = tuple[str, str, str, str]


def told(scene: Stage) -> list[Told]:
    """What the log says: who, what, under which pseudonym, which object."""
    with scene.app.app_context():
        entries = db.session.scalars(db.select(Entry).order_by(Entry.seq))
        return [(one.actor, one.action, one.pseudonym, one.object_id) for one in entries]


def newly_told(scene: Stage, role: str, method: str, *paths: str) -> list[Told]:
    """What the log says more after some requests."""
    before = len(told(scene))
    for path in paths:
        scene.browser(role).ask(method, path)
    return told(scene)[before:]


def addresses(scene: Stage, role: str, *, open_to_it: bool) -> list[str]:
    """Where the role looks at cases and documents: with success, or without."""
    looks = [line for line in DESK if line.path in {CASE, DOCUMENT}]
    return [line.address(scene.names) for line in looks if (line.expected[role] == OPENS) == open_to_it]


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("whose", ["A", "B"])
def test_a_look_at_a_case_is_told_under_its_pseudonym(scene, role, whose):
    found = newly_told(scene, role, "GET", f"/en/desk/cases/{scene.names[f'case {whose}']}")
    assert found == [(f"staff:{scene.names[role]}", "case.read", scene.names[f"pseudonym {whose}"], "")]


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("whose", ["A", "B"])
def test_opening_a_document_is_told_under_its_cases_pseudonym(scene, role, whose):
    document = scene.names[f"document {whose}"]
    found = newly_told(scene, role, "GET", f"/en/desk/cases/{scene.names[f'case {whose}']}/documents/{document}")
    pseudonym = scene.names[f"pseudonym {whose}"]
    assert found == [(f"staff:{scene.names[role]}", "document.opened", pseudonym, document)]


@pytest.mark.parametrize("role", READERS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # see test_head.py
def test_every_look_is_told_each_time(scene, role, method):
    paths = addresses(scene, role, open_to_it=True) * 2
    assert len(newly_told(scene, role, method, *paths)) == len(paths)


@pytest.mark.parametrize("spelt", ["{low}", "{high}?page=2", "{high}?x=%00"])
def test_a_reference_spelt_otherwise_is_told_too(scene, spelt):
    reference = scene.names["case A"]
    path = spelt.format(low=reference.lower(), high=reference)
    found = newly_told(scene, "lead", "GET", f"/en/desk/cases/{path}")
    assert [entry[1:3] for entry in found] == [("case.read", scene.names["pseudonym A"])]


@pytest.mark.parametrize("language", ["en", "fr", "tr", "ar"])
def test_a_look_in_any_language_is_told(scene, language):
    found = newly_told(scene, "lead", "GET", f"/{language}/desk/cases/{scene.names['case B']}")
    assert [entry[1:3] for entry in found] == [("case.read", scene.names["pseudonym B"])]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_look_that_is_refused_is_not_told_as_a_look(scene, role, method):
    paths = addresses(scene, role, open_to_it=False)
    assert (paths != [], newly_told(scene, role, method, *paths)) == (True, [])


@pytest.mark.parametrize("role", READERS)
def test_a_look_at_a_familys_page_by_a_colleague_is_no_look(scene, role):
    paths = [line.address(scene.names) for line in FAMILY if line.method == "GET"]
    assert newly_told(scene, role, "GET", *paths) == []


def test_the_list_of_cases_shows_no_case_and_tells_none(scene):
    assert [entry for entry in newly_told(scene, "lead", "GET", "/en/desk/cases") if entry[1] in LOOKS] == []


def test_the_log_never_names_a_family(scene):
    family = [scene.names[name] for name in ("case A", "id A", "family id A", "email A")]
    newly_told(scene, "lead", "GET", *addresses(scene, "lead", open_to_it=True))
    assert [word for entry in told(scene) for word in entry if any(one in word for one in family)] == []


@pytest.mark.parametrize("document", ["document A", "made-up document"])
def test_a_removal_of_what_is_not_ones_own_is_not_told_as_a_removal(fresh, document):
    before = told(fresh)
    fresh.browser("family B").post(f"/case/documents/{fresh.names[document]}/remove")
    assert told(fresh) == before


def test_a_removal_of_ones_own_is_told(fresh):
    document = fresh.names["document B"]
    fresh.browser("family B").post(f"/case/documents/{document}/remove")
    assert told(fresh)[-1][1:] == ("document.removed", fresh.names["pseudonym B"], document)


def test_what_a_family_writes_into_an_address_does_not_come_into_the_log(fresh):
    fresh.browser("family B").post("/case/documents/Deniz-has-DMD/remove")
    assert [entry for entry in told(fresh) if "Deniz" in entry[3]] == []


def test_a_family_that_comes_back_to_an_erased_case_is_not_told_as_coming_in(fresh):
    before = told(fresh)
    fresh.browser("nobody").post(f"/resume/{fresh.names['link of the erased']}", code=fresh.names["code of the erased"])
    assert told(fresh) == before


@pytest.mark.parametrize("role", ["admin", "lead"])
def test_a_message_that_is_not_sent_again_is_not_told_as_sent(fresh, role):
    fresh.browser(role).post(f"/desk/messages/{fresh.names['made-up message']}/resend")
    assert [entry for entry in told(fresh) if entry[1] == "message.resent"] == []


@pytest.mark.parametrize(("what", "action"), [("revoke", "people.revoked"), ("reset", "people.reset")])
@pytest.mark.parametrize("role", ["coordinator 1", "lead", "interpreter", "family A", "nobody"])
def test_who_may_not_remove_people_is_not_told_as_removing(fresh, role, what, action):
    fresh.browser(role).post(f"/desk/people/{fresh.names['spare colleague']}/{what}")
    assert [entry for entry in told(fresh) if entry[1] == action] == []


def test_after_all_this_the_chain_is_whole(scene):
    with scene.app.app_context():
        assert first_break(db.session(), scene.app.extensions["portal"].keyring) is None
