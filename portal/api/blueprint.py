"""The doors' blueprint; its views are registered by the imports below."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("api", __name__, url_prefix="/api")

from portal.api import feed, free_times  # noqa: E402, F401  # they need the name above
