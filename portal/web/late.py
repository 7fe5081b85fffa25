"""Forms that arrive when their access has ended: a view may name who keeps what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, request
from flask.typing import ResponseReturnValue

from portal.web.audience import View

Rescue = Callable[[], ResponseReturnValue | None]


def rescued_by(rescue: Rescue) -> Callable[[View], View]:
    """Let `rescue` answer a POST whose reader is nobody any more; `None` where it cannot help."""

    def mark(view: View) -> View:
        view.portal_rescue = rescue  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def has_rescue(view: Callable[..., Any]) -> bool:
    """Whether a view has said what becomes of its late forms."""
    return hasattr(view, "portal_rescue")


def rescue() -> ResponseReturnValue | None:
    """What becomes of this late form; `None` where nobody keeps it."""
    view = current_app.view_functions.get(request.endpoint or "")
    found: Rescue | None = getattr(view, "portal_rescue", None)
    return found() if found and request.method == "POST" else None
