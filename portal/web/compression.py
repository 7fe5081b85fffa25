"""Answers are sent packed: most families read on weak lines.

What an attacker could learn from packed lengths (BREACH) needs many requests with somebody's cookie that another site
sends: those are answered unpacked.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

from portal.web.cookies import cookie_name
from portal.web.sessions import SIGNED_IN

TEXT = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"]


def register_compression(app: Flask) -> None:
    """Pack texts with Brotli, or gzip for whoever has nothing newer. Files of a case are never packed."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_LEVEL=5, COMPRESS_STREAMS=False, COMPRESS_MIMETYPES=TEXT
    )

    @app.before_request
    def unpacked_for_other_sites() -> None:
        # A link on another site brings the cookie along (SameSite=Lax); what its address says comes back in the page.
        from_elsewhere = request.headers.get("Sec-Fetch-Site", "none") in {"cross-site", "same-site"}
        if from_elsewhere and cookie_name(app, SIGNED_IN) in request.cookies:
            request.environ["HTTP_ACCEPT_ENCODING"] = "identity"

    Compress(app)

    @app.after_request  # called before Compress's own
    def whole(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:
            response.direct_passthrough = False  # a stylesheet is small enough to be packed in one piece
            response.make_sequence()
        return response
