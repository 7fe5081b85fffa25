"""What an anonymous visit holds: signed, in its browser's own cookie, and dated by the application's clock."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from itsdangerous import BadSignature, TimestampSigner, URLSafeTimedSerializer

from portal.web.parts import parts

ANONYMOUS_AGE = timedelta(hours=6)


class _Dated(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(parts().clock().timestamp())


def signed(app: Flask, content: dict[str, Any]) -> str:
    """A visit as its cookie keeps it."""
    return str(_serializer(app).dumps(content))


def read(app: Flask, cookie: str) -> dict[str, Any]:
    """What a visit held; nothing where its cookie is old or forged.

    It may be dated ahead: another host's clock is, or ours was set back since. Nobody knows how old it is then, so it
    is taken for no longer than a visit lasts. It opens nothing by itself; what it names has an end of its own.
    """
    try:
        content, dated = _serializer(app).loads(cookie, return_timestamp=True)
    except BadSignature:
        return {}
    return content if isinstance(content, dict) and _is_recent(dated) else {}


def _is_recent(dated: datetime) -> bool:
    return abs(parts().clock() - dated) <= ANONYMOUS_AGE


def _serializer(app: Flask) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(app.secret_key), salt="visit", signer=_Dated)
