"""What every ordinary form shares."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from flask import g, request, session
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, StringField

from portal.typed import clean
from portal.web.once import FIELD, LONGEST, Once, first_result
from portal.web.parts import now, parts


class Form(FlaskForm):
    """A form. Its token is checked once for every POST by `CSRFProtect`, not again here."""

    class Meta(FlaskForm.Meta):
        csrf = False

        def wrap_formdata(self, form: FlaskForm, formdata: Any) -> MultiDict[str, str] | None:
            """What was posted as text, cleaned; no file and no JSON can stand in a text's place. Or what came back."""
            if formdata is None:
                return None
            if request.method != "POST":
                return brought_back()
            return MultiDict([(name, clean(value)) for name, value in request.form.items(multi=True)])

    def problems(self) -> list[tuple[str, str]]:
        """The first problem of each field as (field id, message), in the order of the page."""
        return [(field_id(name), str(messages[0])) for name, messages in self.errors.items() if messages and name]


class ChoiceField(StringField):
    """One of several codes. Pages show the choices, forms check them: the field only carries what was posted."""


class ChoicesField(Field):
    """Some of several codes, as a list."""

    data: list[str]

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what was posted."""
        self.data = list(valuelist)


def brought_back() -> MultiDict[str, str] | None:
    """What was sent too late to this page and waits on it; `None` where nothing does. A view's guard puts it here."""
    found: MultiDict[str, str] | None = g.get("portal_brought_back")
    return found


def filled_in() -> bool:
    """Whether the page shows what its reader has filled in, now or too late: then nothing is proposed over it."""
    return request.method == "POST" or brought_back() is not None


def field_id(name: str) -> str:
    """The HTML id of a field's first control."""
    return name.replace(".", "-")


def switching() -> bool:
    """Whether the reader only changes the language: what is typed is kept and judged by nobody."""
    return request.method == "POST" and "_switch" in request.form


def sending(rows: Session, what: str = "") -> Once:
    """This sending of a form that creates something, in the view's transaction.

    The form's own token and all that it says tell which one it is, unless `what` does: then several windows of a visit
    are one sending.
    """
    owner = str(session.get("csrf_token", ""))
    return Once(rows, parts().keyring, token=what or _this_one(), owner=owner, now=now())


def sent_before(rows: Session, owner: str) -> Any:
    """What this form gave when it was sent from a page with an earlier secret of this browser; `None` if it was not."""
    return first_result(rows, parts().keyring, token=_this_one(), owner=owner)


def posted_form() -> str:
    """Which form this is: where it leads, in any language, and all that was posted but the secret of its page."""
    said = sorted((name, value) for name, value in request.form.items(multi=True) if name != "csrf_token")
    place = sorted((name, value) for name, value in (request.view_args or {}).items() if name != "lang")
    return sha256(repr((request.endpoint, place, said)).encode(errors="surrogatepass")).hexdigest()


def _this_one() -> str:
    """The form's token with where it leads and all that was posted: a page to which somebody goes back still has its
    token, and with other words on it, or by another of its buttons, it is another act. Empty without a token.
    """
    token = request.form.get(FIELD, "")
    return posted_form() if token and len(token) <= LONGEST else ""


def first_error(field: Field) -> str:
    """A field's first message, or an empty text."""
    return str(field.errors[0]) if field.errors else ""
