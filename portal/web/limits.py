"""Limits on how often one requester may do what costs us much.

They are counted in rows (`throttle.py`), which hold across processes, hosts and restarts; or, where a setting names
one, in a store such as Redis, so that a flood costs the database nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from ipaddress import IPv6Network
from typing import ParamSpec

import structlog
from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from portal.transaction import transaction
from portal.web.parts import now, parts
from portal.web.throttle import allow

START = "30 per hour"
RESUME = "240 per hour"  # a whole hospital behind one address; wrong codes have a limit of their own
ADDRESS = "12 per hour"  # each writes to a mailbox that may be a stranger's
SIGN_IN = "60 per hour"
UPLOAD = "240 per hour"

Given = ParamSpec("Given")
View = Callable[Given, ResponseReturnValue]
Hit = Callable[[RateLimitItem, str, str], bool]
log = structlog.get_logger(__name__)


class StoredCounters:
    """Counters in a store outside the database. Where it is away, this process counts by itself."""

    def __init__(self, uri: str) -> None:
        self._shared = FixedWindowRateLimiter(storage_from_string(uri, wrap_exceptions=True))
        self._own = FixedWindowRateLimiter(MemoryStorage())

    def hit(self, item: RateLimitItem, what: str, who: str) -> bool:
        """Count one more; whether it is still within the limit."""
        try:
            return self._shared.hit(item, what, who)
        except StorageError as fault:
            log.warning("limits_store_away", error=type(fault).__name__)
            return self._own.hit(item, what, who)


def register_limits(app: Flask) -> None:
    """Choose where this application counts."""
    uri = app.config["PORTAL_SETTINGS"].ratelimit_storage_uri
    app.extensions["portal_limits"] = StoredCounters(uri).hit if uri else _hit_in_rows


def _hit_in_rows(item: RateLimitItem, what: str, who: str) -> bool:
    """A transaction of its own: a try counts whatever becomes of the request."""
    window = timedelta(seconds=item.get_expiry())
    with transaction() as session:
        return allow(session, parts().keyring, what, who, limit=item.amount, window=window, now=now())


def limit(amount: str) -> Callable[[View[Given]], View[Given]]:
    """Let one requester POST to a view so often and no more."""
    item = parse(amount)

    def guard(view: View[Given]) -> View[Given]:
        @wraps(view)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
            hit: Hit = current_app.extensions["portal_limits"]
            if request.method == "POST" and not hit(item, f"limit {request.endpoint}", requester()):
                raise TooManyRequests(retry_after=item.get_expiry())  # at most: the window may be half over
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
