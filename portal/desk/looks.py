"""What a colleague looks at and does: the case that an address names, and the entry in the log."""

from __future__ import annotations

from flask import abort
from sqlalchemy.orm import Session

from portal.accesslog.log import record
from portal.cases.models import Case
from portal.desk.service import find_case
from portal.extensions import db
from portal.keys.keyring import KeyDestroyed
from portal.staff.entry import person
from portal.web.parts import now, parts


def case_at(reference: str) -> Case:
    """The case of a readable reference; not found where there is none, or nothing left to read in it."""
    try:
        found = find_case(db.session(), reference)
        parts().keyring.case(found.id)
        parts().keyring.family(found.family_id)
    except (LookupError, KeyDestroyed):
        abort(404)
    return found


def log(session: Session, action: str, object_id: str = "", *, pseudonym: str = "") -> None:
    """What this person did, in the caller's transaction. Call it last, like `record`."""
    actor = f"staff:{person().id}"
    record(session, parts().keyring, actor=actor, action=action, pseudonym=pseudonym, object_id=object_id, now=now())
