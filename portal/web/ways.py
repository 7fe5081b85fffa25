"""The way on from a page: to the overview, or back to the page that it was opened from."""

from __future__ import annotations

from flask import request, url_for

CHECK, OVERVIEW, TIMES, OTHER_TIMES = "check", "overview", "times", "other-times"
OPENED_FROM = {CHECK: "family.check", OVERVIEW: "family.tasks", TIMES: "booking.book", OTHER_TIMES: "booking.move"}


def back_to() -> str | None:
    """The name of the page that this one was opened from; `url_for` leaves out what is `None`."""
    said = request.args.get("back")
    return said if said in OPENED_FROM else None


def way_on() -> str:
    """The address of the page that this one was opened from."""
    return url_for(OPENED_FROM.get(back_to() or "", "family.tasks"))
