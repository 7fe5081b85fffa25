"""Answers are sent packed: most families read on weak lines.

What an attacker could learn from packed lengths needs many requests with a family's cookie from another site; the
cookie's SameSite keeps those away.
"""

from __future__ import annotations

from flask import Flask, Response, request
from flask_compress import Compress

TEXT = ["text/html", "text/css", "text/javascript", "application/javascript", "image/svg+xml", "application/json"]


def register_compression(app: Flask) -> None:
    """Pack texts with Brotli, or gzip for whoever has nothing newer. Files of a case are never packed."""
    app.config.update(
        COMPRESS_ALGORITHM=["br", "gzip"], COMPRESS_LEVEL=5, COMPRESS_STREAMS=False, COMPRESS_MIMETYPES=TEXT
    )
    Compress(app)

    @app.after_request  # called before Compress's own
    def whole(response: Response) -> Response:
        if request.endpoint == "static" and response.status_code == 200:
            response.direct_passthrough = False  # a stylesheet is small enough to be packed in one piece
            response.make_sequence()
        return response
