"""Addresses in templates: each is built once for its endpoint, language and values, and kept."""

from __future__ import annotations

from typing import Any

from flask import current_app
from flask import url_for as build

from portal.i18n import spoken

MOST_KEPT = 5_000


def url_for(endpoint: str, **values: Any) -> str:
    """What Flask's own gives, without the work for an address that was built before."""
    kept: dict[Any, str] = current_app.extensions["portal_addresses"]
    key = (endpoint, spoken(), *values.items())
    found = kept.get(key)
    if found is None:
        found = build(endpoint, **values)
        if len(kept) < MOST_KEPT:
            kept[key] = found
    return found
