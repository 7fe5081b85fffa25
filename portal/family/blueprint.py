"""The family's blueprint; its views are registered by the imports below."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("family", __name__, url_prefix="/<lang>", template_folder="templates")

from portal.family.views import (  # noqa: E402, F401  # they need the name above
    assent,
    check,
    contact,
    home,
    others,
    resume,
    start,
    tasks,
)
