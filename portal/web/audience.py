"""Whom a route is for: said at the route, listed by `portal routes`, held by a test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
AUDIENCES = ("public", "family", "coordinator", "lead", "interpreter", "admin")


def audience(*names: str) -> Callable[[View], View]:
    """Mark a view with its audiences. Does not guard it: `family_only` and `staff_only` do, and mark it themselves."""

    def mark(view: View) -> View:
        view.portal_audience = names  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def audience_of(view: Callable[..., Any]) -> tuple[str, ...]:
    """The audiences of a view; empty where nobody said."""
    found: tuple[str, ...] = getattr(view, "portal_audience", ())
    return found
