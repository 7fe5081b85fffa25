"""Every route with its methods, audience and form fields: what `portal routes --json` prints and tests go through."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from flask import Flask
from wtforms.fields.core import UnboundField

from portal.web.audience import View, audience_of


class Route(TypedDict):
    """One route."""

    path: str
    endpoint: str
    methods: list[str]
    audience: list[str]
    fields: list[str]


def takes(*sources: type | str | Callable[[], list[str]]) -> Callable[[View], View]:
    """Say which fields a view's form posts: form classes, plain names, or a function that lists them."""

    def mark(view: View) -> View:
        view.portal_fields = sources  # type: ignore[attr-defined]  # a mark on the function
        return view

    return mark


def describe(app: Flask) -> list[Route]:
    """Every route, by path."""
    return sorted((_route(app, rule) for rule in app.url_map.iter_rules()), key=lambda route: route["path"])


def _route(app: Flask, rule: Any) -> Route:
    view = app.view_functions[rule.endpoint]
    public = rule.endpoint == "static"
    return Route(
        path=rule.rule,
        endpoint=rule.endpoint,
        methods=sorted(set(rule.methods) - {"OPTIONS", "HEAD"}),
        audience=["public"] if public else list(audience_of(view)),
        fields=fields_of(view),
    )


def fields_of(view: Callable[..., Any]) -> list[str]:
    """The fields that a view's form posts."""
    return [name for source in getattr(view, "portal_fields", ()) for name in _names(source)]


def _names(source: type | str | Callable[[], list[str]]) -> list[str]:
    if isinstance(source, str):
        return [source]
    if isinstance(source, type):
        return [name for name in dir(source) if isinstance(getattr(source, name, None), UnboundField)]
    return source()
