"""Security headers on every response, static files, errors and redirects included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
    "frame-ancestors {parents}"
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", PERMISSIONS),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
]
NO_FRAME = ("X-Frame-Options", "DENY")  # it knows no list: where there is one, only the policy speaks
HTTPS = [("Strict-Transport-Security", "max-age=31536000; includeSubDomains")]
# Nearly every page is personal, and the public ones carry a form's token: nothing is kept.
NEVER_KEPT = [("Cache-Control", "no-store")]
# Their addresses change with their content.
KEPT = [("Cache-Control", "public, max-age=31536000, immutable")]
# Free times are the same for everybody who asks the same.
KEPT_A_MINUTE = [("Cache-Control", "public, max-age=60")]
SHARED = ("/api/free-times", "/api/openapi.json")


class Protected:
    """The application with these headers on whatever it answers, even where it fails.

    `parents` are the sites that may show a page of families in a frame; the desk is in nobody's.
    """

    def __init__(self, application: WSGIApplication, *, https: bool, parents: Sequence[str] = ()) -> None:
        self._application = application
        always = ALWAYS + (HTTPS if https else [])
        self._alone = [("Content-Security-Policy", POLICY.format(parents="'none'")), NO_FRAME, *always]
        framed = [("Content-Security-Policy", POLICY.format(parents=" ".join(parents))), *always]
        self._headers = framed if parents else self._alone

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        ours = self._alone if "desk" in path.split("/")[1:3] else self._headers
        shared = path in SHARED and environ.get("REQUEST_METHOD") in {"GET", "HEAD"}
        lasting = KEPT if path.startswith("/static/") else KEPT_A_MINUTE if shared else NEVER_KEPT

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            own = [header for header in headers if header[0].lower() != "cache-control"]
            kept = lasting if status.startswith("200") else NEVER_KEPT
            return start_response(status, own + ours + kept, *more)

        return self._application(environ, start)


def protect(app: Flask) -> None:
    """Add the headers to every response."""
    settings = app.config["PORTAL_SETTINGS"]
    made = Protected(app.wsgi_app, https=settings.https, parents=settings.clinic_sites)
    app.wsgi_app = made  # type: ignore[method-assign]  # Flask's own way to wrap it
