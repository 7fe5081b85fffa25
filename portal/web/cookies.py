"""Cookies: no script reads them, no other site has them sent, and over TLS no neighbouring domain plants them."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response


def set_cookie(app: Flask, response: Response, name: str, value: str, age: timedelta) -> None:
    """Give a browser something to keep for so long, that no script reads and no other site sends."""
    response.set_cookie(
        cookie_name(app, name),
        value,
        max_age=age,
        path="/",
        httponly=True,
        samesite="Lax",
        secure=app.config["PORTAL_SETTINGS"].https,
    )


def delete_cookie(app: Flask, response: Response, name: str) -> None:
    """Take it back."""
    secure = app.config["PORTAL_SETTINGS"].https  # without it a browser leaves a `__Host-` cookie as it is
    response.delete_cookie(cookie_name(app, name), path="/", secure=secure, httponly=True, samesite="Lax")


def cookie_name(app: Flask, name: str) -> str:
    """A cookie's full name. With `__Host-` no neighbouring domain can plant one; browsers take that over TLS only."""
    return f"__Host-{name}" if app.config["PORTAL_SETTINGS"].https else name
