"""The pages that only inform."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from portal.pages import showing
from portal.web.audience import audience
from portal.web.rendering import render

blueprint = Blueprint("pages", __name__, url_prefix="/<lang>", template_folder="templates")


def _page(slug: str) -> ResponseReturnValue:
    return render("pages/text.html", title=showing.text(slug).title, body=showing.body(slug))


@blueprint.get("/urgent")
@audience("public")
def urgent() -> ResponseReturnValue:
    """What to do when it cannot wait."""
    return _page("urgent")


@blueprint.get("/honest")
@audience("public")
def honest() -> ResponseReturnValue:
    """What is known about treatments, and what is not."""
    return _page("honest")


@blueprint.get("/about")
@audience("public")
def about() -> ResponseReturnValue:
    """Who is behind the portal."""
    return _page("about")


@blueprint.get("/privacy")
@audience("public")
def privacy() -> ResponseReturnValue:
    """The notice on data."""
    return _page("privacy-notice")


@blueprint.get("/accessibility")
@audience("public")
def accessibility() -> ResponseReturnValue:
    """How the portal can be used by everyone, and what to do where it cannot."""
    return _page("accessibility")
