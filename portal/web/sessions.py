"""Sessions: a signed cookie for anonymous readers, a row for a family or a member of staff. Sign-out ends the row."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, Request, Response, request, session
from flask.sessions import SessionInterface, SessionMixin
from sqlalchemy import bindparam, delete, select
from werkzeug.datastructures import CallbackDict

from portal.extensions import db
from portal.keys.ids import new_token
from portal.transaction import AWAY, DatabaseBusy, let_go, transaction
from portal.web import visits
from portal.web.audience import audience_of
from portal.web.cookies import cookie_name, delete_cookie, set_cookie
from portal.web.parts import parts
from portal.web.session_rows import IDLE, WebSession, is_over

ANONYMOUS, SIGNED_IN = "portal_visit", "portal_access"
LEAVING = "portal_leaving"  # of whoever left while the row could not be ended: opens nothing, but the way out once more
WAY_OUT = "/sign-out"
SAME_FOR_ALL = ("/static/", "/api/")  # by path, for no route is found yet: there nobody looks up who asks
# Asked at every request with a cookie, hence prepared, and no more than is needed.
BY_TOKEN = select(
    WebSession.id,
    WebSession.audience,
    WebSession.subject,
    WebSession.started_at,
    WebSession.expires_at,
    WebSession.content,
).where(WebSession.token_hash == bindparam("token_hash"))
AT_MOST = {"family": timedelta(hours=24), "staff": timedelta(hours=12)}


class SessionOver(Exception):
    """The session ended, by sign-out or removal, while this request was under way: it stays ended."""


class PortalSession(CallbackDict[str, Any], SessionMixin):
    """Flask's session, which knows whether it stands for somebody."""

    def __init__(
        self, content: dict[str, Any] | None = None, row_id: str | None = None, owner: str | None = None
    ) -> None:
        super().__init__(content or {}, _mark)
        self.row_id, self.owner = row_id, owner
        self.modified = False
        self.touched = False
        self.until: datetime | None = None  # when it ends, this request kept, if nothing more is asked for
        self.furthest: datetime | None = None  # to when this request may put that off
        self.most: datetime | None = None  # to when any request may
        self.fault: Exception | None = None  # why nobody could look up whom it stands for
        self.token_hash = ""
        self.left = False  # whoever is out of this browser, while the row could not be ended
        self.anew = False  # whoever comes in gets a new token, even where it is the same as before

    def begin_anew(self) -> None:
        """Empty the session, and let it have a new token when it is kept."""
        self.clear()
        self.anew = True

    @property
    def last(self) -> bool:
        """Whether its end cannot be put off any more."""
        return self.until is not None and self.most is not None and self.until >= self.most

    @property
    def principal(self) -> tuple[str, str] | None:
        """(`family`, family id) or (`staff`, staff id); `None` for an anonymous reader."""
        if "family_id" in self:
            return "family", str(self["family_id"])
        if "_user_id" in self:
            return "staff", str(self["_user_id"])
        return None


def _mark(session: Any) -> None:
    session.modified = True


class PortalSessions(SessionInterface):
    """Opens and saves sessions. An anonymous GET leaves nothing on the server."""

    def open_session(self, app: Flask, request: Request) -> PortalSession:
        """The session of a request. A cookie that is unknown, old or forged is an anonymous visit."""
        token = request.cookies.get(cookie_name(app, SIGNED_IN))
        hashed = _hash(token) if token else _left_open(app, request)
        if not hashed or request.path.startswith(SAME_FOR_ALL):
            return _visit(app, request)
        try:
            return _find(hashed) or _visit(app, request)
        except AWAY as fault:
            let_go(db.session())
            visit = _visit(app, request)
            visit.fault = fault
            return visit

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Keep what changed; a new token whenever the session begins to stand for someone else."""
        if not isinstance(session, PortalSession):
            return
        if session.left:
            _show_out(app, session, response)
        if session.fault is None:  # else it could not be looked up or kept: the other cookies stay as they are
            self._keep(app, session, response)

    def _keep(self, app: Flask, session: PortalSession, response: Response) -> None:
        if session.row_id and (session.anew or session.owner != _name(session.principal)):
            _end_row(session)
            _take_back(app, response)
            session.modified = True
        if not session.modified and not session.touched:
            return
        if session.principal is None:
            self._keep_visit(app, session, response)
            return
        try:
            self._keep_access(app, session, response)
        except DatabaseBusy:
            if session.modified:
                raise
            # Only its end would have been put off; the next request tries again.

    def _keep_visit(self, app: Flask, session: PortalSession, response: Response) -> None:
        if not session:
            delete_cookie(app, response, ANONYMOUS)
            return
        set_cookie(app, response, ANONYMOUS, visits.signed(app, dict(session)), visits.ANONYMOUS_AGE)

    def _keep_access(self, app: Flask, session: PortalSession, response: Response) -> None:
        try:
            token = _keep_row(session)
        except SessionOver:
            delete_cookie(app, response, SIGNED_IN)
            return
        if token:
            audience = session.principal[0] if session.principal else "family"
            set_cookie(app, response, SIGNED_IN, token, AT_MOST[audience])
            delete_cookie(app, response, ANONYMOUS)


def register_sessions(app: Flask) -> None:
    """Use these sessions. Where the database is away, pages for everybody still open, and no reader is anybody else."""
    app.session_interface = PortalSessions()

    @app.before_request
    def known() -> None:
        fault = getattr(session, "fault", None)
        view = app.view_functions.get(request.endpoint or "")
        if fault is not None and view is not None and "public" not in audience_of(view):
            raise fault


def _visit(app: Flask, request: Request) -> PortalSession:
    return PortalSession(visits.read(app, request.cookies.get(cookie_name(app, ANONYMOUS), "")))


def _find(token_hash: str) -> PortalSession | None:
    here, now = parts(), parts().clock()
    row = db.session.connection().execute(BY_TOKEN, {"token_hash": token_hash}).one_or_none()
    if row is None or is_over(row.audience, row.expires_at, now):
        return None
    content = here.keyring.instance.reveal_json(row.content, WebSession, "content", row.id)
    found = PortalSession(content, row.id, f"{row.audience}:{row.subject}")
    found.token_hash = token_hash
    found.furthest = _end(row.audience, row.started_at, now)
    found.most = row.started_at + AT_MOST[row.audience]
    found.touched = row.expires_at - now < IDLE[row.audience] * 0.8 and found.furthest > row.expires_at
    found.until = found.furthest if found.touched else row.expires_at
    return found


def _keep_row(session: PortalSession) -> str | None:
    here, now = parts(), parts().clock()
    audience, subject = session.principal or ("", "")
    with transaction() as rows:
        row = rows.get(WebSession, session.row_id) if session.row_id else None
        token = None
        if row is None and session.row_id:
            raise SessionOver
        if row is None:
            token = new_token()
            row = WebSession(token_hash=_hash(token), audience=audience, subject=subject, started_at=now)
            rows.add(row)
        row.expires_at = _end(audience, row.started_at, now)
        # What a request under way merely puts off must not bring back what another one has changed meanwhile.
        if token or session.modified:
            here.keyring.instance.write_json(row, "content", dict(session))
    session.row_id, session.owner = row.id, f"{audience}:{subject}"
    return token


def _end_row(session: PortalSession) -> None:
    try:
        with transaction() as rows:
            rows.execute(delete(WebSession).where(WebSession.id == session.row_id))
    except DatabaseBusy:
        session.left = session.principal is None  # who wants to leave this browser does so all the same
        raise
    session.row_id = None


def _show_out(app: Flask, session: PortalSession, response: Response) -> None:
    delete_cookie(app, response, SIGNED_IN)
    set_cookie(app, response, LEAVING, visits.signed(app, {LEAVING: session.token_hash}), visits.ANONYMOUS_AGE)


def _take_back(app: Flask, response: Response) -> None:
    delete_cookie(app, response, SIGNED_IN)
    if cookie_name(app, LEAVING) in request.cookies:
        delete_cookie(app, response, LEAVING)


def _left_open(app: Flask, request: Request) -> str:
    """The row that somebody left here and that could not be ended, for the one address that ends it."""
    if not request.path.endswith(WAY_OUT):
        return ""
    return str(visits.read(app, request.cookies.get(cookie_name(app, LEAVING), "")).get(LEAVING, ""))


def _end(audience: str, started_at: datetime, now: datetime) -> datetime:
    return min(now + IDLE[audience], started_at + AT_MOST[audience])


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _name(principal: tuple[str, str] | None) -> str | None:
    return f"{principal[0]}:{principal[1]}" if principal else None
