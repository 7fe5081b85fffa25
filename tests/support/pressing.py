"""A button that is pressed twice at once, or whose form is sent again because the answer was lost."""

import re
import threading
from collections.abc import Callable

from werkzeug.test import TestResponse


def at_once(send: Callable[[], TestResponse], number: int = 2) -> list[TestResponse]:
    """The answers to so many sendings at the same moment."""
    answers: list[TestResponse] = []
    barrier = threading.Barrier(number)

    def press() -> None:
        barrier.wait()
        answers.append(send())

    threads = [threading.Thread(target=press) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def button(html: str, action: str) -> tuple[str, dict[str, str]]:
    """Where a page's first form of this action leads, and its hidden fields."""
    there, within = re.search(rf'<form[^>]* action="([^"]*{action})"(.*?)</form>', html, re.DOTALL).groups()
    return there, dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', within))
