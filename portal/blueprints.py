"""Which features there are, and which of them a process with a given role serves."""

from __future__ import annotations

from flask import Flask

from portal import web
from portal.config import Settings


def register_features(app: Flask, settings: Settings) -> None:
    """Register every feature's pages; a public process has no desk, a desk process no family pages."""
    app.register_blueprint(web.blueprint)
