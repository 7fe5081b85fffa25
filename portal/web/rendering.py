"""Render a page in the language being spoken."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app, request, session
from markupsafe import Markup

from portal.folding import environments
from portal.i18n import LANGUAGES, OFFERED, Language, spoken
from portal.keys.ids import new_token
from portal.keys.passes import pass_for
from portal.web.addresses import url_for
from portal.web.forms import brought_back
from portal.web.once import FIELD
from portal.web.parts import parts
from portal.web.sessions import PortalSession

TOKEN = re.compile(r"[A-Za-z0-9_-]{20,80}")


def render(template: str, **values: Any) -> str:
    """A page in the reader's language, with everything the shell needs."""
    current_app.update_template_context(values)
    return str(current_app.extensions["portal_environments"][spoken()].get_template(template).render(values))


def register_rendering(app: Flask) -> None:
    """Make the environments once every template folder is known, and give each page what the shell needs."""
    app.context_processor(shell)
    made = environments(app.jinja_env.loader, undefined=app.jinja_env.undefined)
    for environment in made.values():
        # Below their own: each language's environment brings its own translations.
        environment.globals = {
            **app.jinja_env.globals,
            **environment.globals,
            "once_token": once_token,
            "page_pass": page_pass,
            "url_for": url_for,
        }
        environment.filters.update(app.jinja_env.filters)
        environment.tests.update(app.jinja_env.tests)
    app.extensions["portal_environments"] = made
    app.extensions["portal_addresses"] = {}


def macro(template: str, name: str) -> Callable[..., Markup]:
    """A macro in the language being spoken, to be called from code that keeps what it gives."""
    module = current_app.extensions["portal_environments"][spoken()].get_template(template).module
    found: Callable[..., Markup] = getattr(module, name)
    return found


def same_page(language: Language) -> str:
    """The address of this page in another language, the query kept."""
    head, _, rest = request.path.lstrip("/").partition("/")
    path = f"/{language.code}/{rest}" if head in OFFERED else f"/{language.code}/"
    query = request.query_string.decode("ascii", "ignore")
    return f"{path}?{query}" if query else path


def shell() -> dict[str, Any]:
    """What `base.html` needs on every page."""
    code = spoken()
    return {
        "lang": code,
        "dir": OFFERED[code].dir,
        "languages": [
            {
                "code": language.code,
                "name": language.name,
                "dir": language.dir,
                "url": same_page(language),
                "current": language.code == code,
            }
            for language in LANGUAGES
        ],
        "has_family": (families := "family.home" in current_app.view_functions),
        "home_url": f"/{code}/" if families else f"/{code}/desk/",
        "public_name": current_app.config["PORTAL_SETTINGS"].public_name,
        "static_url": static_url,
        "open_until": open_until(),
        "brought_back": brought_back() is not None,
    }


def open_until() -> str:
    """When a family's access ends on this device, in ISO format; empty for everybody else."""
    ends = session.until if isinstance(session, PortalSession) and "family_id" in session else None
    return ends.isoformat() if ends else ""


def once_token() -> str:
    """The token of a form that creates something; what was posted stays, so that a retry is known as one."""
    posted = request.form.get(FIELD, "")
    return posted if TOKEN.fullmatch(posted) else new_token()


def page_pass() -> str:
    """What a family's form says about whose it is, for when it comes too late; empty for everybody else."""
    return pass_for(parts().keyring, session["case_id"]) if "case_id" in session else ""


def static_url(filename: str) -> str:
    """A static file's address with its content's hash, so that it may be kept for a year."""
    version = current_app.extensions["portal_static"].get(filename, "0")
    return f"/static/{filename}?v={version}"


def isolate(text: str, direction: str = "ltr") -> Markup:
    """A text that keeps its own direction inside a line of another: file names, codes, addresses."""
    return Markup('<bdi dir="{}">{}</bdi>').format(direction, text)
