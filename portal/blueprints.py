"""Which features there are, and which of them a process with a given role serves."""

from __future__ import annotations

from flask import Flask

from portal import api, booking, demo, desk, documents, family, intake, pages, staff, web
from portal.config import Settings
from portal.staff.sign_in import register_sign_in


def register_features(app: Flask, settings: Settings) -> None:
    """Register every feature's pages; a public process has no desk, a desk process no family pages."""
    app.register_blueprint(web.blueprint)
    app.register_blueprint(pages.blueprint)
    if settings.role in {"all", "public"}:
        for feature in (family, intake, documents, booking, api):
            app.register_blueprint(feature.blueprint)
    if settings.role in {"all", "desk"}:
        register_sign_in(app)
        app.register_blueprint(staff.blueprint)
        app.register_blueprint(desk.blueprint)
    if settings.demo:
        app.register_blueprint(demo.blueprint)
