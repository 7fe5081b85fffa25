"""Who is at the door: the case that this browser may open, and the guard for a family's pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import ParamSpec, cast

from flask import abort, g, redirect, request, url_for
from flask import session as web_session
from flask.typing import ResponseReturnValue
from sqlalchemy import bindparam, select

from portal.cases.models import Case, Respondent
from portal.cases.parked import bring_back, carries_parked, park_form, ready_to_park, settled
from portal.cases.service.start import role_of
from portal.extensions import db
from portal.keys.ids import new_token
from portal.keys.keyring import KeyDestroyed
from portal.keys.sealed import SealingKey
from portal.web.audience import audience
from portal.web.late import has_rescue, rescue, rescued_by
from portal.web.parts import parts
from portal.web.sessions import PortalSession

Given = ParamSpec("Given")
BEFORE = "csrf_before"
SHOWING = ("GET", "HEAD")
OPEN_HERE = (
    select(Case, Respondent)
    .join(Respondent, Respondent.family_id == Case.family_id)
    .where(Case.id == bindparam("case_id"), Respondent.id == bindparam("respondent_id"))
)


# What most forms need of it. They lock the case, and read it behind the lock: as an object it would be read twice.
AT_THE_DOOR = OPEN_HERE.with_only_columns(
    Case.id,
    Respondent.id,
    Case.pseudonym,
    Case.state,
    Case.answers_until,
    Case.questionnaire,
    Case.country,
)


@dataclass
class AtHand:
    """The case this browser has open, who fills it in, and the case's data key.

    The fields are as they were when the request came, and known inside a transaction too.
    """

    key: SealingKey
    case_id: str
    respondent_id: str
    pseudonym: str
    state: str
    answers_until: datetime | None
    questionnaire: str
    country: str | None
    opened: tuple[Case, Respondent] | None = None

    @property
    def case(self) -> Case:
        """As it is now; a page that there is no more ends the request."""
        return self._read()[0]

    @property
    def respondent(self) -> Respondent:
        """Who fills it in, as they are now."""
        return self._read()[1]

    def _read(self) -> tuple[Case, Respondent]:
        if self.opened is None:
            self.opened = _objects(self.case_id, self.respondent_id) or abort(404)
        return self.opened


def let_in(case: Case, respondent: Respondent) -> None:
    """Open a case in this browser: the session gets a new token."""
    opened = cast(PortalSession, web_session)
    # A code that its own family has not written down yet.
    own = opened.get("family_id", case.family_id) == case.family_id
    kept = {"new_code": opened["new_code"]} if own and "new_code" in opened else {}
    opened.begin_anew()
    opened.update(kept)
    web_session["family_id"] = case.family_id
    web_session["case_id"] = case.id
    web_session["respondent_id"] = respondent.id
    ready_to_park()


def turn_to(case: Case) -> None:
    """Open another case of the same family for the person who is here: the access stays as it is, its end included.

    Forms of the case that was open are dead afterwards, so that nothing of one child is saved to another; only the
    form that led here is still known by its earlier secret, see `sent_before`.
    """
    if web_session["case_id"] != case.id:
        web_session[BEFORE] = web_session.get("csrf_token", "")
        web_session["csrf_token"] = new_token()
        web_session["case_id"] = case.id


def secret_before() -> str:
    """The secret of this browser's forms before it turned to the case that is open."""
    return str(web_session.get(BEFORE, ""))


def show_out() -> None:
    """End this browser's access; its token is dead afterwards."""
    web_session.clear()


def at_hand() -> AtHand:
    """The open case; only behind `family_only`. Read anew in each transaction where it matters."""
    found: AtHand = g.portal_case
    return found


def answers_alone() -> bool:
    """Whether an adult fills in alone, and is asked about themselves; not known without the family's key."""
    return _said_at_the_start().get("respondent_role") == "self_adult"


def about_child() -> bool:
    """Whether the case is about a child or a young person; where nobody can read that, nothing is kept away."""
    return not answers_alone() and _said_at_the_start().get("person") != "adult"


def _said_at_the_start() -> dict[str, str]:
    found = at_hand()
    try:
        return role_of(parts().keyring, found.case, found.respondent)
    except KeyDestroyed:
        return {}


def look_up() -> AtHand | None:
    """The open case, or `None` for a reader who has none."""
    if "case_id" not in web_session:
        return None
    asked = web_session["case_id"], web_session["respondent_id"]
    try:
        return _seen(*asked) if request.method in SHOWING else _at_the_door(*asked)
    except KeyDestroyed:
        return None


def _seen(case_id: str, respondent_id: str) -> AtHand | None:
    """For a page, which shows something of the case."""
    found = _objects(case_id, respondent_id)
    if found is None:
        return None
    case, respondent = found
    said = case.pseudonym, case.state, case.answers_until, case.questionnaire, case.country
    return AtHand(parts().keyring.case(case.id), case.id, respondent.id, *said, opened=(case, respondent))


def _at_the_door(case_id: str, respondent_id: str) -> AtHand | None:
    """For a form."""
    asked = {"case_id": case_id, "respondent_id": respondent_id}
    found = db.session.connection().execute(AT_THE_DOOR, asked).one_or_none()
    return found and AtHand(parts().keyring.case(case_id), *found)


def _objects(case_id: str, respondent_id: str) -> tuple[Case, Respondent] | None:
    found = db.session.execute(OPEN_HERE, {"case_id": case_id, "respondent_id": respondent_id}).one_or_none()
    return found and (found[0], found[1])


def family_only(view: Callable[Given, ResponseReturnValue]) -> Callable[Given, ResponseReturnValue]:
    """Let in only who has a case open; everyone else is led to the page where a case is opened again.

    What they filled in meanwhile waits for them on its page, unless the view says what becomes of it (`rescued_by`).
    """
    own = has_rescue(view)

    @wraps(view)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
        found = look_up()
        if found is None:
            return rescue() or redirect(url_for("family.resume"), 303)
        g.portal_case = found
        if own or not carries_parked():
            return view(*args, **kwargs)
        bring_back(found.case)
        answer = view(*args, **kwargs)
        settled(found.case_id, answer)
        return answer

    return audience("family")(guarded if own else rescued_by(park_form)(guarded))
