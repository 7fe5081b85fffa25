"""The guard of the desk: who is signed in, and with which role."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, cast

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from portal.staff.models import ROLES, StaffMember
from portal.web.audience import audience

Given = ParamSpec("Given")


def person() -> StaffMember:
    """Who is signed in; only behind `staff_only`."""
    return cast(StaffMember, current_user._get_current_object())


def signed_in() -> bool:
    """Whether an active person of staff is signed in here."""
    return bool(current_user.is_authenticated) and bool(current_user.active)


def staff_only(
    *roles: str,
) -> Callable[[Callable[Given, ResponseReturnValue]], Callable[Given, ResponseReturnValue]]:
    """Let in only who is signed in with one of these roles (every role where none is named)."""
    allowed = roles or ROLES

    def guard(view: Callable[Given, ResponseReturnValue]) -> Callable[Given, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
            if not signed_in():
                return redirect(url_for("staff.sign_in"), 303)
            if not person().is_a(*allowed):
                abort(403)
            return view(*args, **kwargs)

        return audience(*allowed)(guarded)

    return guard
