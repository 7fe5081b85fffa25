"""Limits on how often one requester may do what costs us much, counted in memory or in a store that hosts share.

Where security depends on a count it stands in a row instead (`throttle.py`): rows hold across processes and restarts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Network
from typing import ParamSpec

import structlog
from flask import Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

START = "30 per hour"
RESUME = "40 per hour"
SIGN_IN = "60 per hour"
UPLOAD = "240 per hour"

Given = ParamSpec("Given")
View = Callable[Given, ResponseReturnValue]
log = structlog.get_logger(__name__)


class Limits:
    """The counters of one application. Where the shared store is away, this process counts by itself."""

    def __init__(self, uri: str) -> None:
        self._shared = FixedWindowRateLimiter(storage_from_string(uri, wrap_exceptions=True))
        self._own = FixedWindowRateLimiter(MemoryStorage())

    def hit(self, item: RateLimitItem, *who: str) -> bool:
        """Count one more; whether it is still within the limit."""
        try:
            return self._shared.hit(item, *who)
        except StorageError as fault:
            log.warning("limits_store_away", error=type(fault).__name__)
            return self._own.hit(item, *who)


def register_limits(app: Flask) -> None:
    """Make this application's counters."""
    app.extensions["portal_limits"] = Limits(app.config["PORTAL_SETTINGS"].ratelimit_storage_uri)


def limit(amount: str) -> Callable[[View[Given]], View[Given]]:
    """Let one requester POST to a view so often and no more."""
    item = parse(amount)

    def guard(view: View[Given]) -> View[Given]:
        @wraps(view)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
            counters: Limits = current_app.extensions["portal_limits"]
            if request.method == "POST" and not counters.hit(item, request.endpoint or "", requester()):
                abort(429)
            return view(*args, **kwargs)

        return guarded

    return guard


def requester() -> str:
    """Who asks, for limits only: the network address, which is never stored or logged.

    One line has a whole /64 of IPv6 addresses to choose from: all of them are one requester.
    """
    address = request.remote_addr or "unknown"
    if ":" not in address:
        return address
    try:
        return str(IPv6Network((address.partition("%")[0], 64), strict=False))
    except ValueError:
        return address
