"""The desk's blueprint; its views are registered by the imports below."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("desk", __name__, url_prefix="/<lang>/desk", template_folder="templates")

from portal.desk.views import (  # noqa: E402, F401  # they need the name above
    calendars,
    cases,
    consultations,
    copying,
    feed,
    home,
    messages,
    moving,
    people,
    place,
    slots,
    waiting,
)
