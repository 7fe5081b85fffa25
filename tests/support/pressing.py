"""A button that is pressed twice at once, or whose form is sent again because the answer was lost."""

import re
import threading
from collections.abc import Callable

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.visitor import Visitor

Send = Callable[[], TestResponse]


def browsers_like(visitor: Visitor, *cookies: str) -> Callable[[], FlaskClient]:
    """Makes browsers that have these cookies as this family has them by now, whatever it is answered later."""
    kept = {name: visitor.client.get_cookie(name) for name in cookies}

    def browser() -> FlaskClient:
        made = visitor.app.test_client()
        for name, cookie in kept.items():
            if cookie:
                made.set_cookie(name, cookie.value)
        return made

    return browser


def at_once(send: Send, number: int = 2) -> list[TestResponse]:
    """The answers to so many sendings at the same moment."""
    return together([send] * number)


def together(sends: list[Send]) -> list[TestResponse]:
    """The answers to these at the same moment."""
    answers: list[TestResponse] = []
    barrier = threading.Barrier(len(sends))

    def press(send: Send) -> None:
        barrier.wait()
        answers.append(send())

    threads = [threading.Thread(target=press, args=(one,)) for one in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def button(html: str, action: str) -> tuple[str, dict[str, str]]:
    """Where a page's first form of this action leads, and its hidden fields."""
    there, within = re.search(rf'<form[^>]* action="([^"]*{action})"(.*?)</form>', html, re.DOTALL).groups()
    return there, dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', within))
