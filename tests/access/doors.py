"""The five places where somebody who knows a secret comes in, each with a way to knock rightly or wrongly."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask
from werkzeug.test import TestResponse

from tests.access.scene import VISIT, Browser, Stage, email_of
from tests.staff.colleague import PASSWORD, code_of
from tests.support.visitor import Visitor

HOME, ELSEWHERE = "198.51.100.1", "203.0.113.9"
WRONG_CODE, WRONG_PAPER, WRONG_PASSWORD = "000000", "2222-2222-2222", "not this one, sorry"
WHO = "spare colleague"
Headers = dict[str, str] | None


@dataclass
class Door:
    """`limit` wrong tries are judged, the next one waits. `knock` says whether it opened."""

    stage: Stage
    limit: int

    def browser(self, address: str = HOME, app: Flask | None = None) -> Browser:
        """A browser in front of the door."""
        return Browser(app or self.stage.app, self.cookies(address), address)

    def cookies(self, address: str) -> dict[str, str]:
        """What a browser needs to stand there."""
        return {}

    def knock(self, browser: Browser, right: bool = False, headers: Headers = None) -> bool:
        """One try."""
        answer = self.ask(browser, right, headers)
        return answer.status_code == 303 and answer.headers["Location"] in OPENED

    def knock_often(self, browser: Browser, times: int) -> None:
        """Wrong tries."""
        for _ in range(times):
            self.knock(browser)

    def ask(self, browser: Browser, right: bool, headers: Headers) -> TestResponse:
        """One form."""
        raise NotImplementedError


OPENED = {"/en/case", "/en/desk/", "/en/desk/sign-in/code"}


class Password(Door):
    """Address and password of a colleague."""

    def ask(self, browser: Browser, right: bool, headers: Headers) -> TestResponse:
        given = PASSWORD if right else WRONG_PASSWORD
        return browser.post_again("/desk/sign-in", headers, email=email_of(WHO), password=given)


class SecondFactor(Door):
    """A code, for whoever knows the password."""

    def cookies(self, address: str) -> dict[str, str]:
        browser = Browser(self.stage.app, address=address)
        browser.post("/desk/sign-in", email=email_of(WHO), password=PASSWORD)
        return {VISIT: browser.cookie(VISIT)}

    def ask(self, browser: Browser, right: bool, headers: Headers) -> TestResponse:
        return browser.post_again("/desk/sign-in/code", headers, code=code_of() if right else WRONG_CODE)


class Paper(Door):
    """The code that a family wrote down."""

    code = ""

    def ask(self, browser: Browser, right: bool, headers: Headers) -> TestResponse:
        self.code = self.code or _paper_code(self.stage)
        return browser.post_again("/resume", headers, case_code=self.code if right else WRONG_PAPER)


class MailedLink(Door):
    """A link that a family got by mail, with the code beside it. A stranger knows the link alone."""

    def ask(self, browser: Browser, right: bool, headers: Headers) -> TestResponse:
        code = self.stage.names["code A"] if right else WRONG_CODE
        return browser.post_again(f"/resume/{self.stage.names['link A']}", headers, code=code)


class MailedCode(Door):
    """A code that a family asked for in its own browser. A stranger asks for one to the same address."""

    code = ""

    def cookies(self, address: str) -> dict[str, str]:
        browser = Browser(self.stage.app, address=address)
        browser.post("/resume", contact_email=self.stage.names["email A"])
        if address == HOME:
            self.code = newest_code(self.stage)
        return {VISIT: browser.cookie(VISIT)}

    def ask(self, browser: Browser, right: bool, headers: Headers) -> TestResponse:
        return browser.post_again("/resume/code", headers, code=self.code if right else WRONG_CODE)


DOORS: dict[str, Callable[[Stage], Door]] = {
    "password": lambda stage: Password(stage, 10),
    "second factor": lambda stage: SecondFactor(stage, 10),
    "code on paper": lambda stage: Paper(stage, 20),
    "mailed link": lambda stage: MailedLink(stage, 5),
    "mailed code": lambda stage: MailedCode(stage, 5),
}


def codes_mailed(stage: Stage) -> list[str]:
    """The codes in the letters that a worker sends now."""
    letters = [one for _id, one in Visitor(stage.app).work(stage.clock()).carried if one.kind == "way_back"]
    return [word for one in letters for word in one.text.split() if word.isdecimal() and len(word) == 6]


def newest_code(stage: Stage) -> str:
    """The code that was asked for just now."""
    return codes_mailed(stage)[-1]


def _paper_code(stage: Stage) -> str:
    family = Visitor(stage.app).begin(email="")
    return next(word for word in family.page(family.open("/start/code")).main.split() if word.count("-") == 2)
