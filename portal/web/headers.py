"""Security headers on every response, static files, errors and redirects included."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
ALWAYS = [
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Permissions-Policy", PERMISSIONS),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
HTTPS = [("Strict-Transport-Security", "max-age=31536000; includeSubDomains")]
# Nearly every page is personal, and the public ones carry a form's token: nothing is kept.
NEVER_KEPT = [("Cache-Control", "no-store")]
# Their addresses change with their content.
KEPT = [("Cache-Control", "public, max-age=31536000, immutable")]


class Protected:
    """The application with these headers on whatever it answers, even where it fails."""

    def __init__(self, application: WSGIApplication, *, https: bool) -> None:
        self._application = application
        self._headers = ALWAYS + (HTTPS if https else [])

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        static = environ.get("PATH_INFO", "").startswith("/static/")

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            own = [header for header in headers if header[0].lower() != "cache-control"]
            kept = KEPT if static and status.startswith("200") else NEVER_KEPT
            return start_response(status, own + self._headers + kept, *more)

        return self._application(environ, start)


def protect(app: Flask) -> None:
    """Add the headers to every response."""
    app.wsgi_app = Protected(app.wsgi_app, https=app.config["PORTAL_SETTINGS"].https)  # type: ignore[method-assign]
