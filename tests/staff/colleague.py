"""People of the office at Flask's test client: each has a password, an authenticator and a network address."""

import re
import time
from typing import Any, Self

from argon2 import PasswordHasher
from flask import Flask
from flask_security.utils import get_hmac
from passlib.totp import TOTP
from werkzeug.test import TestResponse

from portal.extensions import db
from portal.staff import service
from portal.staff.models import StaffMember
from portal.staff.sign_in import secret_from_key
from portal.transaction import transaction
from tests.support.pages import Page

PASSWORD = "four plain words here"
KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HALF_MINUTE = 30


def employ(
    app: Flask, *roles: str, email: str = "", speaks: tuple[str, ...] = ("en", "fr"), zone: str = "Europe/Istanbul"
) -> str:
    """Add somebody who can sign in at once; returns the sign-in address."""
    address = email or f"{roles[0]}@clinic.example"
    with app.app_context(), transaction() as session:
        service.create_ready(
            session,
            app.extensions["portal"].keyring,
            email=address,
            name=f"Test {roles[0].title()}",
            language="en",
            time_zone=zone,
            roles=list(roles),
            languages=list(speaks),
            password_hash=quick_hash(PASSWORD),
            totp_secret=secret_from_key(KEY),
            now=app.extensions["portal"].clock(),
        )
    return address


def quick_hash(password: str) -> str:
    """A password as it is stored, but made so that a try costs a millisecond; hundreds of them stand here."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(get_hmac(password))


def code_of(key: str = KEY, later: int = 0) -> str:
    """The authenticator's code now, or some half minutes later."""
    return str(TOTP(key=key).generate(time=time.time() + later * HALF_MINUTE).token)


class Colleague:
    """One browser of the office. `address` is its place in the network."""

    def __init__(self, app: Flask, language: str = "en", address: str = "10.0.0.1") -> None:
        self.app, self.language = app, language
        self.client = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address

    def sign_in(self, email: str, later: int = 0) -> Self:
        """Both steps."""
        self.give_password(email)
        self.post("/sign-in/code", code=code_of(later=later))
        return self

    def give_password(self, email: str, password: str = PASSWORD) -> TestResponse:
        """The first step."""
        return self.post("/sign-in", email=email, password=password)

    def open(self, path: str = "/") -> TestResponse:
        """GET a page of the desk."""
        return self.client.get(f"/{self.language}/desk{path}", buffered=True)  # a file is closed at once

    def page(self, path: str) -> Page:
        """GET a page of the desk, parsed strictly."""
        return parsed(self.open(path))

    def post(self, path: str, **values: Any) -> TestResponse:
        """POST a form of the desk with a valid token."""
        return self.client.post(f"/{self.language}/desk{path}", data={"csrf_token": self._token(), **values})

    def is_in(self) -> bool:
        """Whether the desk is open to this browser."""
        return not self.open("/").headers["Location"].endswith("/sign-in")

    def _token(self) -> str:
        # The family's start carries a token for whoever asks, signed in at the desk or not.
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get("/en/start/who").text)
        return found[1] if found else ""


def parsed(answer: TestResponse) -> Page:
    """An answer, parsed strictly."""
    return Page("http://localhost", answer.text, answer.status_code)


def member(email: str) -> StaffMember:
    """The row of a person; inside an application context."""
    db.session.rollback()
    return db.session.scalars(db.select(StaffMember).where(StaffMember.email == email)).one()


def calendar_with_hours(admin: Colleague, whose: str = "coordinator@clinic.example") -> str:
    """The page of somebody's calendar, with hours on Mondays."""
    with admin.app.app_context():
        page = f"/calendars/{member(whose).id}"
    admin.post(f"{page}/hours", weekdays=["0"], begin="09:00", end="11:00")
    return page
