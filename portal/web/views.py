"""The two addresses without a language: the front door and the health check."""

from __future__ import annotations

import structlog
from flask import Blueprint, jsonify, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.extensions import db
from portal.web.audience import audience
from portal.web.language import best

log = structlog.get_logger(__name__)
blueprint = Blueprint("web", __name__)


@blueprint.get("/")
@audience("public")
def front_door() -> ResponseReturnValue:
    """Send the reader to the best language."""
    return redirect(f"/{best()}/")


@blueprint.get("/desk")
@audience("public")
def desk_door() -> ResponseReturnValue:
    """Send a person of the office to the desk in the best language."""
    return redirect(f"/{best()}/desk/")


@blueprint.get("/healthz")
@audience("public")
def health() -> ResponseReturnValue:
    """200 where the database answers, else 503; nothing more is said."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError as fault:
        log.warning("health", error=type(fault).__name__)
        return jsonify(status="unavailable"), 503
    return jsonify(status="ok")
