"""The first page: what this is, what it is not, and one next step."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.cases.entry import look_up
from portal.family.blueprint import blueprint
from portal.pages import showing
from portal.web.audience import audience
from portal.web.rendering import render


@blueprint.get("/")
@audience("public")
def home() -> ResponseReturnValue:
    """Home."""
    slugs = ("home-consultation", "home-prepare", "honest-short", "urgent-short")
    return render(
        "family/home.html",
        texts={slug: (showing.text(slug).title, showing.body(slug)) for slug in slugs},
        case_open=look_up() is not None,
    )
