"""Frozen settings, read once from the environment and checked before anything starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

PREFIX = "PORTAL_"
ROLES = ("all", "public", "desk")
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MINIMUM_SECRET = 32


class UnsafeSettings(Exception):
    """The settings cannot be used; the message is one line that says what and how to mend it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One deployment's settings. Environment name: `PORTAL_` plus the field's name in capitals."""

    instance: Path = Path("instance")
    base_url: str = ""
    port: int = 8000
    host: str = "127.0.0.1"
    role: str = "all"
    demo: bool = False
    debug: bool = False
    secret_key: str = ""
    workers: int = 1
    threads: int = 512

    sqlalchemy_database_uri: str = ""
    storage_url: str = ""
    ratelimit_storage_uri: str = ""

    mail_server: str = ""
    mail_port: int = 587
    mail_use_tls: bool = True
    mail_use_ssl: bool = False
    mail_username: str = ""
    mail_password: str = ""
    mail_default_sender: str = ""
    mail_timeout: int = 20
    mail_ca_file: str = ""

    trusted_hosts: tuple[str, ...] = ()
    proxy_hops: int = 0

    public_name: str = "Family Consultation Office"
    clinic_time_zone: str = "Europe/Istanbul"
    clinic_phone: str = ""
    meeting_url: str = ""
    whatsapp: bool = False
    clinic_sites: tuple[str, ...] = ()
    controller_name: str = ""
    controller_address: str = ""
    controller_contact: str = ""
    permit_number: str = ""
    coordinators_paid_by: str = ""
    data_countries: str = "TR"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Settings:
        """Read every `PORTAL_…` variable; raise `UnsafeSettings` for an unknown name or a value that cannot be read."""
        known = {PREFIX + field.name.upper(): field for field in fields(cls)}
        given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value != ""}
        given = {name: value for name, value in given.items() if not name.startswith("PORTAL_TEST_")}
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise UnsafeSettings(f"{unknown[0]} is not a setting; see docs/configuration.md for the names")
        values: dict[str, Any] = {
            known[name].name: _read(name, known[name].default, value) for name, value in given.items()
        }
        return cls(**values)

    @property
    def database_uri(self) -> str:
        """The database: SQLite in the instance folder unless a URL is given; PostgreSQL always by psycopg 3."""
        uri = self.sqlalchemy_database_uri or f"sqlite:///{self.instance.resolve()}/portal.db"
        for short in ("postgresql://", "postgres://"):
            if uri.startswith(short):
                return "postgresql+psycopg://" + uri.removeprefix(short)
        return uri

    @property
    def public_base_url(self) -> str:
        """The only source of links in mail, without a slash at its end."""
        return (self.base_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def sender_address(self) -> str:
        """The address that mail comes from."""
        return self.mail_default_sender or f"no-reply@{urlsplit(self.public_base_url).hostname}"

    @property
    def objects_folder(self) -> Path:
        """Where sealed files lie: `PORTAL_STORAGE_URL` as `file:///…`, or `objects` in the instance."""
        return Path(urlsplit(self.storage_url).path) if self.storage_url else self.instance / "objects"

    @property
    def https(self) -> bool:
        """Whether families reach the portal by https; decides on secure cookies and HSTS."""
        return self.public_base_url.startswith("https://")

    def check(self) -> Settings:
        """Return these settings, or raise `UnsafeSettings` with the first reason not to start with them."""
        for reason, mend in _objections(self):
            if reason:
                raise UnsafeSettings(mend)
        return self


def _read(name: str, default: object, value: str) -> object:
    if isinstance(default, bool):
        if value.lower() not in {"1", "0", "true", "false"}:
            raise UnsafeSettings(f"{name} must be 1 or 0, not {value!r}")
        return value.lower() in {"1", "true"}
    if isinstance(default, int):
        if not (value.isascii() and value.isdigit()):
            raise UnsafeSettings(f"{name} must be a whole number, not {value!r}")
        return int(value)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return Path(value) if isinstance(default, Path) else value


def _objections(settings: Settings) -> list[tuple[bool, str]]:
    url = urlsplit(settings.public_base_url)
    loopback = url.hostname in LOOPBACK
    outside_demo = not settings.demo
    return [
        (settings.role not in ROLES, f"PORTAL_ROLE must be one of {', '.join(ROLES)}, not {settings.role!r}"),
        (url.scheme not in {"http", "https"} or not url.hostname, "PORTAL_BASE_URL must be an http or https address"),
        (settings.demo and not loopback, "PORTAL_DEMO is only for a loopback PORTAL_BASE_URL; unset one of the two"),
        (settings.debug and not loopback, "PORTAL_DEBUG must not be set on a public address; unset it"),
        (
            bool(settings.secret_key) and len(settings.secret_key) < MINIMUM_SECRET,
            f"PORTAL_SECRET_KEY is too weak: give {MINIMUM_SECRET} random characters or more, or none for the key file",
        ),
        (
            bool(settings.storage_url) and urlsplit(settings.storage_url).scheme != "file",
            "PORTAL_STORAGE_URL must be a file:///… address; no other store is built yet",
        ),
        (
            not all(map(_is_origin, settings.clinic_sites)),
            "PORTAL_CLINIC_SITES must be origins such as https://clinic.example, without a path",
        ),
        (not outside_demo and settings.proxy_hops > 0, "PORTAL_PROXY_HOPS has no use in the demo; unset it"),
        (outside_demo and not loopback and not settings.https, "PORTAL_BASE_URL must be https on a public address"),
        *(
            (outside_demo and not getattr(settings, name), f"PORTAL_{name.upper()} is required: families are told it")
            for name in ("controller_name", "controller_address", "permit_number", "coordinators_paid_by")
        ),
    ]


def _is_origin(value: str) -> bool:
    """Scheme, host and perhaps a port, as a browser names a site; nothing that could say more in a header."""
    url = urlsplit(value)
    plain = all(mark.isascii() and (mark.isalnum() or mark in ".-:[]") for mark in url.netloc)
    return url.scheme in {"http", "https"} and bool(url.netloc) and plain and value == f"{url.scheme}://{url.netloc}"
