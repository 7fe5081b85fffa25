"""Booking's blueprint; its views are registered by the imports below."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("booking", __name__, url_prefix="/<lang>/case", template_folder="templates")

from portal.booking.views import appointment, choose, kept, move, offer, waiting  # noqa: E402, F401  # they need the name above
