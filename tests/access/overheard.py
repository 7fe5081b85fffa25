"""What goes out on the line: every answer of an application, whoever asked and however."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import TestResponse

from portal.web.routes import describe
from tests.access.scene import Browser, Stage, address_of
from tests.access.who_may import TABLE, Line

TOO_LARGE = b"a=" + b"x" * 1_100_000
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """The head of one answer; `asked` is what it answers."""

    asked: str
    status: int
    headers: Headers

    @property
    def kind(self) -> str:
        """Its media type."""
        return self.headers.get("Content-Type", "").partition(";")[0]


class Overheard:
    """Listens between an application and the line."""

    def __init__(self, app: Flask) -> None:
        self.answers: list[Answer] = []
        self._application, app.wsgi_app = app.wsgi_app, self  # type: ignore[method-assign]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            asked = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
            self.answers.append(Answer(asked, int(status[:3]), Headers(headers)))
            return start_response(status, headers, *more)

        return self._application(environ, start)


def browser_over_tls(stage: Stage, app: Flask, role: str) -> Browser:
    """A browser of a role in front of an application with an https address: its cookies are bound to the host."""
    cookies = {f"__Host-{name}": value for name, value in stage.grown.cookies[role].items()}
    return Browser(app, cookies, address_of(role))


def ask_everything(stage: Stage, new_browser: Callable[[], Browser]) -> Iterator[tuple[Line, TestResponse]]:
    """Every line of the table, as it should be asked and as it should not; what a line answers, for who looks at it."""
    for line in TABLE:
        browser, address = new_browser(), line.address(stage.names)
        browser.ask("OPTIONS", address)
        browser.ask("DELETE", address)
        if line.method == "POST":
            browser.client.post(address, data=line.said(stage.names))
            browser.client.post(address, data=TOO_LARGE, content_type=FORM)
        else:
            browser.ask("HEAD", address)
        yield line, browser.ask(line.method, address, **line.said(stage.names))


def routes(app: Flask) -> set[tuple[str, str]]:
    """Every route with each of its methods."""
    return {(method, route["path"]) for route in describe(app) for method in route["methods"]}
