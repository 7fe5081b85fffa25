"""The way on from a page that was opened from the overview or from the page that checks the answers: back to it."""

from __future__ import annotations

from flask import request, url_for

CHECK, OVERVIEW = "check", "overview"


def back_to() -> str | None:
    """Where the page was opened from, if it says so; `url_for` leaves out what is `None`."""
    said = request.args.get("back")
    return said if said in {CHECK, OVERVIEW} else None


def way_on() -> str:
    """The address of the page that this one was opened from."""
    return url_for("family.check" if back_to() == CHECK else "family.tasks")
