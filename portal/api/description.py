"""The description of the interface (OpenAPI 3.1)."""

from __future__ import annotations

from typing import Any


def _parameter(name: str, text: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "description": text, "schema": schema}


TIME = {
    "type": "object",
    "required": ["start", "end", "local", "token"],
    "properties": {
        "start": {"type": "string", "description": "The beginning, in UTC.", "examples": ["2027-03-08T06:00Z"]},
        "end": {"type": "string", "description": "The end, in UTC."},
        "local": {
            "type": "string",
            "description": "The beginning on the clock of the zone that was asked for, with its distance to UTC.",
            "examples": ["2027-03-08T07:00+01:00"],
        },
        "token": {"type": "string", "description": "The same time as `from`, for a page that begins with it."},
    },
}
FOUND = {
    "type": "object",
    "required": ["language", "zone", "interpreted", "any_hour", "times", "next"],
    "properties": {
        "language": {"type": "string"},
        "zone": {"type": "string"},
        "interpreted": {
            "type": "boolean",
            "description": "Whether conversations are in English with an interpreter: nobody speaks the language.",
        },
        "any_hour": {
            "type": "boolean",
            "description": "Whether `hours=day` was asked for and nothing is free then: these are the other times.",
        },
        "times": {"type": "array", "items": TIME, "description": "Nearest first, one for each instant."},
        "next": {"type": ["string", "null"], "description": "The `from` of the next page, where there is more."},
    },
}
REFUSED = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["parameter", "expected"],
            "properties": {"parameter": {"type": "string"}, "expected": {"type": "string"}},
        }
    },
}
DESCRIPTION: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Free times for consultations",
        "version": "1",
        "description": "Read only. Times are booked by families in the portal itself.",
    },
    "paths": {
        "/free-times": {
            "get": {
                "summary": "Times at which a consultation can be chosen now",
                "parameters": [
                    _parameter("language", "The family's language (ISO 639).", {"type": "string"}, required=True),
                    _parameter("zone", "The family's time zone (IANA name).", {"type": "string"}, required=True),
                    _parameter("from", "The token of the time with which the list begins.", {"type": "string"}),
                    _parameter(
                        "most",
                        "How many at most. Without it the first seven days of the zone's clock that have times, each "
                        "of them whole, as the page for families lists them.",
                        {"type": "integer", "minimum": 1, "maximum": 100},
                    ),
                    _parameter(
                        "hours",
                        "`day`: from 07:00 to 22:00 on the family's clock, or at any hour where nothing is free then, "
                        "as the page for families does. `all`: at any hour.",
                        {"type": "string", "enum": ["day", "all"], "default": "day"},
                    ),
                ],
                "responses": {
                    "200": {"description": "The times.", "content": {"application/json": {"schema": FOUND}}},
                    "400": {
                        "description": "A parameter that cannot be read.",
                        "content": {"application/json": {"schema": REFUSED}},
                    },
                },
            }
        }
    },
}
