"""A form that opens an access, pressed once more: its token ended with the visit before, and what it asked for is done.

The second press comes where the first one's answer arrived and its next page did not. It changes nothing.
"""

from __future__ import annotations

from flask import redirect, session
from flask.typing import ResponseReturnValue

from portal.web.forms import posted_form

LED = "led"


def lead(there: str) -> ResponseReturnValue:
    """Lead on to what this form has just opened, and let the access know which form it was."""
    session[LED] = [posted_form(), there]
    return redirect(there, 303)


def led_before() -> ResponseReturnValue | None:
    """Where the same form with the same words has led in this browser; `None` for every other one."""
    form, there = session.get(LED, ["", ""])
    return redirect(there, 303) if form == posted_form() else None
