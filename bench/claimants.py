"""Families that are about to choose a time: each with an open file, its cookie and a form's token, by direct calls."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, session
from flask_wtf.csrf import generate_csrf
from werkzeug.http import parse_cookie

from bench.driver import form
from portal.cases.entry import let_in
from portal.cases.models import Case, Respondent
from portal.cases.service.start import Beginning, begin_case
from portal.extensions import db
from portal.intake.questionnaire.store import current
from portal.transaction import transaction
from portal.web.parts import parts
from portal.web.sessions import SIGNED_IN


@dataclass(frozen=True)
class Claimant:
    """A family's browser, as its requests show it."""

    cookie: str
    token: str

    def posts(self, address: str, path: str, **values: str) -> bytes:
        """A form that it sends."""
        return form(address, path, {"csrf_token": self.token, **values}, self.cookie)


def claimants(app: Flask, number: int) -> list[Claimant]:
    """So many of them, who speak Arabic and live in Paris."""
    with app.app_context():
        here = parts()
        with transaction() as rows:
            begun = [begin_case(rows, here.keyring, _beginning(one), now=here.clock()) for one in range(number)]
            for one in begun:
                one.case.time_zone, one.case.country = "Europe/Paris", "FR"
            ids = [(one.case.id, one.respondent.id) for one in begun]
    return [_browser(app, *one) for one in ids]


def _beginning(number: int) -> Beginning:
    return Beginning("ar", f"family{number}@family.example", {}, {}, current().id)


def _browser(app: Flask, case_id: str, respondent_id: str) -> Claimant:
    """Let in as the portal lets a family in."""
    with app.test_request_context("/"):
        let_in(db.session.get_one(Case, case_id), db.session.get_one(Respondent, respondent_id))
        token, answer = generate_csrf(), Response()
        app.session_interface.save_session(app, session, answer)  # type: ignore[arg-type]  # the session behind the name
        found = [parse_cookie(one.partition(";")[0]) for one in answer.headers.getlist("Set-Cookie")]
    access = next(one[SIGNED_IN] for one in found if one.get(SIGNED_IN))
    return Claimant(f"{SIGNED_IN}={access}", token)
