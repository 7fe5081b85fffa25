"""The portal: `create_app` is the table of contents."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from flask import Flask
from jinja2 import FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import cli, extensions
from portal.adapters.storage import FolderStore
from portal.blueprints import register_features
from portal.config import Settings, UnsafeSettings
from portal.i18n import spoken
from portal.keys.files import KeysMissing, keys_exist, load_keys, session_secret
from portal.keys.ids import new_token
from portal.keys.keyring import Keyring
from portal.keys.subjects import FolderSubjects
from portal.transaction import READS, prepare_engine
from portal.web import errors, headers, language, limits, logs, rendering, statics, turns
from portal.web.compression import register_compression
from portal.web.parts import Parts
from portal.web.sessions import register_sessions
from portal.web.uploads import PortalRequest

HERE = Path(__file__).parent


class Portal(Flask):
    """Flask with a request that seals what is uploaded, and a log that names no address."""

    request_class = PortalRequest

    def log_exception(self, exc_info: object) -> None:
        """Nothing: Flask names the address that was asked for, which may be a link. `errors.py` tells the fault."""


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application. Refuses unsafe settings with one line and an exit code that is not 0."""
    os.umask(0o077)  # whatever this process writes is its owner's alone
    try:
        settings = (settings or Settings.from_environ(os.environ)).check()
        keyring = _open_keyring(settings)
        app = _configured(settings)
    except (UnsafeSettings, KeysMissing) as fault:
        raise SystemExit(f"portal: {fault}") from fault
    app.extensions["portal"] = Parts(settings, keyring, FolderStore(settings.objects_folder))
    register_sessions(app)
    _bind_extensions(app)
    logs.configure_logs()
    language.register_language(app)
    limits.register_limits(app)
    register_compression(app)
    headers.protect(app)
    turns.take_turns(app)
    errors.register_errors(app)
    register_features(app, settings)
    cli.register_commands(app)
    app.extensions["portal_static"] = statics.versions(HERE / "web" / "static")
    rendering.register_rendering(app)
    return app


def _configured(settings: Settings) -> Flask:
    app = Portal(
        "portal",
        root_path=str(HERE),
        static_folder="web/static",
        instance_path=str(settings.instance.resolve()),
    )
    app.jinja_loader = FileSystemLoader(HERE / "web" / "templates")
    app.config.update(
        PORTAL_SETTINGS=settings,
        SECRET_KEY=settings.secret_key or _secret(settings),
        DEBUG=settings.debug,
        SQLALCHEMY_DATABASE_URI=settings.database_uri,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        TRUSTED_HOSTS=_trusted_hosts(settings),
        MAX_CONTENT_LENGTH=1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the access lives: a slow form must not lose what was typed
        WTF_CSRF_SSL_STRICT=False,  # it needs the Referer, which our own Referrer-Policy withholds
        WTF_I18N_ENABLED=False,
        MAIL_SERVER=settings.mail_server,
        MAIL_PORT=settings.mail_port,
        MAIL_DEFAULT_SENDER=settings.sender_address,
    )
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _bind_extensions(app: Flask) -> None:
    extensions.db.init_app(app)
    extensions.mail.init_app(app)
    extensions.babel.init_app(app, locale_selector=spoken)
    extensions.csrf.init_app(app)
    with app.app_context():
        prepare_engine(extensions.db.engine)


def _open_keyring(settings: Settings) -> Keyring | None:
    """The keyring; `None` only for an instance that never had keys nor data."""
    instance = settings.instance
    if not keys_exist(instance):
        if (instance / "portal.db").exists() or (instance / "subjects").exists():
            raise KeysMissing(f"there is data but no key in {instance / 'keys'}; restore that folder from its backup")
        return None
    if stat.S_IMODE(instance.stat().st_mode) & 0o077:
        raise UnsafeSettings(f"the instance folder is open to others; run: chmod 700 {instance}")
    keys = load_keys(instance, with_identity=settings.role != "public")
    return Keyring(keys, FolderSubjects(instance / "subjects"))


def _secret(settings: Settings) -> str:
    return session_secret(settings.instance) if keys_exist(settings.instance) else new_token()


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_uri.startswith("sqlite"):
        return {
            "connect_args": {"check_same_thread": False},
            "pool_size": 8,
            "max_overflow": 64,
            "pool_timeout": 10,
            "hide_parameters": True,  # an error names its statement, never what was written
        }
    # Whoever waits for a lock or for a server that is gone is told so before a browser gives up.
    limits = "-c lock_timeout=15s -c statement_timeout=60s -c idle_in_transaction_session_timeout=120s"
    return {
        "pool_pre_ping": True,
        "pool_size": 8,
        "max_overflow": 24,
        "pool_timeout": 10,
        "hide_parameters": True,
        "connect_args": {"connect_timeout": 5, "options": limits},
        **READS,
    }


def _trusted_hosts(settings: Settings) -> list[str]:
    own = settings.public_base_url.partition("://")[2].partition("/")[0]
    return [
        own.rpartition(":")[0] or own,
        *settings.trusted_hosts,
        *(("localhost", "127.0.0.1") if settings.demo else ()),
    ]
