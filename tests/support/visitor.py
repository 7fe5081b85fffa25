"""A family at Flask's test client: quick steps for tests that look at one rule and not at the walk."""

import re
from datetime import datetime
from typing import Any, Self

from flask import Flask
from werkzeug.test import TestResponse

from portal.cases.models import Case
from portal.documents.service import Listed, documents_of
from portal.extensions import db
from portal.jobs.loop import Worker
from portal.lifecycle.work import build_work
from portal.mail.carrier import MemoryCarrier
from tests.support.calendars import well_formed
from tests.support.journey import CONSENTS, SECTIONS, WHO
from tests.support.pages import Page

TICKED = {name: "y" for name, value in CONSENTS.items() if value}


class Visitor:
    """One browser. `begin` opens a case; `page` parses an answer."""

    def __init__(self, app: Flask, language: str = "en") -> None:
        self.app, self.language = app, language
        self.client = app.test_client()
        self.carrier = MemoryCarrier()

    def begin(self, email: str = "parent@family.example") -> Self:
        """From nothing to an open case."""
        self.post("/start/who", **WHO)
        mail = {"contact_email": email} if email else {"no_email": "y"}
        self.post("/start/agree", **TICKED, **mail)
        return self

    def write_down(self) -> Self:
        """The code of a family without an address is written down; until then it stands before the overview."""
        self.post("/start/code")
        return self

    def answer(self, *sections: str) -> Self:
        """Fill in sections, all four without names."""
        for section in sections or SECTIONS:
            self.post(f"/case/section/{section}", **SECTIONS[section])
        return self

    def open(self, path: str) -> TestResponse:
        """GET a page of the visitor's language, or an address that names its own."""
        return self.client.get(self._address(path), buffered=True)  # a file is closed at once

    def post(self, path: str, **values: Any) -> TestResponse:
        """POST a form with a valid token, and the version that its page carries."""
        token, version = self._hidden(path)
        fields = {"csrf_token": token, **({"version": version} if version else {}), **values}
        return self.client.post(self._address(path), data=fields, buffered=True)

    def upload(self, name: str, data: bytes, kind: str = "genetic_report", cut: int = 0) -> TestResponse:
        """Send a file; `cut` leaves so many bytes of the body away."""
        boundary = "----portal"
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{self.token()}\r\n'
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="kind"\r\n\r\n{kind}\r\n' if kind else ""
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + data + f"\r\n--{boundary}--\r\n".encode()
        body = body[: len(body) - cut] if cut else body
        return self.client.post(
            self._address("/case/documents"), data=body, content_type=f"multipart/form-data; boundary={boundary}"
        )

    def page(self, answer: TestResponse) -> Page:
        """An answer, parsed strictly."""
        return Page("http://localhost", answer.text, answer.status_code)

    def token(self) -> str:
        """A form token of this browser."""
        return self._hidden("/start/who")[0]

    def case_id(self) -> str:
        """The open case."""
        with self.app.app_context():
            return db.session.scalars(db.select(Case.id).order_by(Case.created_at.desc())).first() or ""

    def reference(self) -> str:
        """What the office calls the case that was begun last."""
        with self.app.app_context():
            return db.session.get_one(Case, self.case_id()).reference

    def come_back(self, email: str = "parent@family.example") -> TestResponse:
        """Ask for a code in this browser, read it in the letter, and type it."""
        self.post("/resume", contact_email=email)
        letter = self.work().carried[-1][1]
        code = next(word for word in letter.text.split() if word.isdigit() and len(word) == 6)
        return self.post("/resume/code", code=code)

    def documents(self) -> list[Listed]:
        """The documents of the open case."""
        with self.app.app_context():
            return documents_of(db.session(), self.app.extensions["portal"].keyring, self.case_id())

    def work(self, now: datetime | None = None) -> MemoryCarrier:
        """Let a worker do what is due; returns the carrier with the letters, their calendar files read twice."""
        before = len(self.carrier.carried)
        here = self.app.extensions["portal"]
        worker = Worker(self.app, build_work(self.app, here, self.carrier))
        with self.app.app_context():
            while worker.run_due(now or here.clock()):
                pass
        for _id, letter in self.carrier.carried[before:]:
            well_formed(letter)
        return self.carrier

    def _hidden(self, path: str) -> tuple[str, str]:
        html = self.client.get(self._address(path)).text
        if 'name="csrf_token"' not in html:
            html = self.client.get(f"/{self.language}/start/who").text
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', html)
        version = re.search(r'name="version"[^>]*value="([^"]*)"', html)
        return (token[1] if token else "", version[1] if version else "")

    def _address(self, path: str) -> str:
        return path if re.match(r"/(en|fr|tr|ar|static|healthz)(/|$)", path) else f"/{self.language}{path}"
