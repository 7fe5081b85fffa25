"""The way on from a page: to the overview, or to the page that checks the answers, where it was opened from there."""

from __future__ import annotations

from flask import request, url_for

CHECK = "check"


def back_to() -> str | None:
    """`check` where the page was opened from there; `url_for` leaves out what is `None`."""
    return CHECK if request.args.get("back") == CHECK else None


def way_on() -> str:
    """The address of the page that this one was opened from."""
    return url_for("family.check" if back_to() else "family.tasks")
