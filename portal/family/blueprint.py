"""The family's blueprint; its views are registered by the imports below."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("family", __name__, url_prefix="/<lang>", template_folder="templates")

from portal.family.views import (  # noqa: E402  # they need the name above
    assent,  # noqa: F401
    check,  # noqa: F401
    contact,  # noqa: F401
    home,  # noqa: F401
    others,  # noqa: F401
    resume,  # noqa: F401
    start,  # noqa: F401
    tasks,  # noqa: F401
)
