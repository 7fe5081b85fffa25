"""Limits on how often and how much, by requester."""

from __future__ import annotations

from flask import Flask, request

from portal.extensions import limiter

MEGABYTE = 1024 * 1024
START = "30 per hour"
RESUME = "40 per hour"
SIGN_IN = "60 per hour"
UPLOAD = "240 per hour"

limit = limiter.limit


def requester() -> str:
    """Who asks, for limits only: the network address, which is never stored or logged."""
    return request.remote_addr or "unknown"


def register_limits(app: Flask) -> None:
    """Room for a page that accepts a file is made by that page's endpoint alone (see `web/uploads.py`)."""
    app.config["RATELIMIT_ENABLED"] = True
