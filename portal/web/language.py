"""The language of a request: from its address, else from the browser."""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, g, request

from portal.i18n import DEFAULT, OFFERED, negotiate, speak, spoken


def register_language(app: Flask) -> None:
    """Take `lang` from every address, and put it back into every address that is built."""

    @app.url_value_preprocessor
    def read(endpoint: str | None, values: dict[str, Any] | None) -> None:
        head = request.path.lstrip("/").partition("/")[0]
        asked = values.pop("lang", None) if values else None
        speak(head if head in OFFERED else best())
        g.lang = spoken()
        if asked is not None and asked not in OFFERED:
            abort(404)

    @app.url_defaults
    def add(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = spoken()


def best() -> str:
    """The offered language that this browser likes best."""
    return negotiate(request.accept_languages) if request.accept_languages else DEFAULT
