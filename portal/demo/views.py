"""The mailbox's pages, at `/demo/mail`: in English, for whoever tries the portal out."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from portal.demo import mailbox
from portal.web.audience import audience
from portal.web.parts import parts
from portal.web.rendering import render

blueprint = Blueprint("demo", __name__, url_prefix="/demo", template_folder="templates")


@blueprint.get("/mail")
@audience("public")
def mail_list() -> ResponseReturnValue:
    """Every message, newest first."""
    return render("demo/list.html", messages=mailbox.received(folder()))


@blueprint.get("/mail/<name>")
@audience("public")
def mail_one(name: str) -> ResponseReturnValue:
    """One message as text."""
    found = mailbox.find(folder(), name) or abort(404)
    return render("demo/message.html", found=found)


@blueprint.get("/mail/<name>/source")
@audience("public")
def mail_source(name: str) -> ResponseReturnValue:
    """One message as it was received, every byte."""
    found = mailbox.find(folder(), name) or abort(404)
    return Response((folder() / found.name).read_bytes(), mimetype="text/plain")


@blueprint.get("/mail/<name>/html")
@audience("public")
def mail_html(name: str) -> ResponseReturnValue:
    """The HTML part as a page of its own."""
    found = mailbox.find(folder(), name) or abort(404)
    part = found.message.get_body(("html",)) or abort(404)
    return Response(part.get_content(), mimetype="text/html")


def folder() -> Path:
    """Where the demo's mail lies."""
    return parts().settings.instance / "demo-mail"
