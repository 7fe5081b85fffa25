"""Password and second factor by Flask-Security, with our own pages: uniform answers, codes that work once."""

from __future__ import annotations

import io
from typing import Any, cast

from flask import Flask, current_app, request
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.totp import Totp
from flask_security.utils import hash_password as fs_hash
from flask_security.utils import login_user, verify_password

from portal.extensions import db
from portal.keys.ids import new_token
from portal.staff.models import Role, StaffMember
from portal.web.parts import Parts

WINDOW_SECONDS = 30


class OneUse(Totp):
    """Codes of a second factor, each of which works once."""

    def get_last_counter(self, user: Any) -> Any:
        """The counter of the code used last."""
        return user.totp_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        """Remember a code as used."""
        user.totp_counter = tmatch.counter


def register_sign_in(app: Flask) -> None:
    """Bind Flask-Security without its own pages; ours stand in `views.py`."""
    salt, totp = _secrets(app)
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # the name of a method
        SECURITY_PASSWORD_SALT=salt,
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_REQUIRED=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TOTP_SECRETS={"1": totp},
        SECURITY_TOTP_ISSUER=app.config["PORTAL_SETTINGS"].public_name,
        SECURITY_SEND_REGISTER_EMAIL=False,
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    store = SQLAlchemyUserDatastore(db, StaffMember, Role)
    Security(app, store, register_blueprint=False, totp_cls=OneUse)
    # Flask-Security would also let in whoever brings a token in the address, a header or JSON. Nobody here has one.
    app.login_manager._request_callback = None  # type: ignore[attr-defined]  # set by Flask-Login
    _ask_only_at_the_desk(app)


def _ask_only_at_the_desk(app: Flask) -> None:
    """Flask-Principal asks before every request who is there; only the desk wants to know."""
    hooks = app.before_request_funcs[None]
    ask = next(hook for hook in hooks if hook.__module__ == "flask_principal")

    def ask_at_the_desk() -> None:
        if request.blueprint in {"staff", "desk"}:
            ask()

    hooks[hooks.index(ask)] = ask_at_the_desk


def hash_password(password: str) -> str:
    """A password as it is stored (argon2)."""
    return fs_hash(password)


def password_fits(person: StaffMember | None, password: str) -> bool:
    """Whether this is the person's password. Takes as long for nobody as for somebody."""
    stored = person.password if person and person.active and person.password else _nobody()
    return bool(verify_password(password, stored)) and person is not None and stored == person.password


def code_fits(person: StaffMember, code: str) -> bool:
    """Whether this is the person's present code, not used before. Inside a transaction: using it is remembered."""
    return _fits(person, code, person.tf_totp_secret or "")


def new_secret() -> str:
    """The secret of a new second factor, sealed as it is stored."""
    return cast(str, _totp().generate_totp_secret())


def secret_from_key(key: str) -> str:
    """The sealed secret for a key in base32 (the demo clinic tells its keys)."""
    return cast(str, _totp()._totp(key=key, format="base32").to_json(encrypt=True))


def secret_fits(person: StaffMember, secret: str, code: str) -> bool:
    """Whether a code belongs to a secret that is about to become the person's."""
    return _fits(person, code, secret)


def readable_key(secret: str) -> str:
    """The key to type into an authenticator."""
    return cast(str, _totp().get_totp_pretty_key(secret))


def picture(person: StaffMember, secret: str) -> str:
    """The key as a QR code, an SVG to embed as data."""
    import qrcode.image.svg  # noqa: PLC0415  # seven megabytes, for one page that each member of staff sees once

    out = io.BytesIO()
    code = qrcode.make(_totp().get_totp_uri(person.email, secret), image_factory=qrcode.image.svg.SvgPathImage)
    code.save(out)
    return out.getvalue().decode("utf-8")


def sign_in(person: StaffMember) -> None:
    """Let a person in, in this browser."""
    login_user(person, remember=False, authn_via=["password", "authenticator"])


def _fits(person: StaffMember, code: str, secret: str) -> bool:
    digits = "".join(str(int(mark)) for mark in code if mark.isdecimal())
    if len(digits) != 6 or not secret:
        return False
    return bool(_totp().verify_totp(digits, secret, person, window=WINDOW_SECONDS))


def _totp() -> Any:
    return current_app.extensions["security"]._totp_factory


def _nobody() -> str:
    found: str = current_app.extensions.setdefault("portal_nobody", "") or hash_password(new_token())
    current_app.extensions["portal_nobody"] = found
    return found


def _secrets(app: Flask) -> tuple[str, str]:
    here: Parts = app.extensions["portal"]
    if here.opened_keyring is None:
        return new_token(), new_token()
    return here.keyring.lookup("flask-security", "password"), here.keyring.lookup("flask-security", "totp")
