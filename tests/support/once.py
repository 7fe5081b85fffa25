"""What costs much and is the same for each of thousands of applications is made once for each process of tests."""

from collections.abc import Callable
from typing import Any

from passlib.totp import AppWallet
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

BUILDERS: dict[tuple[object, ...], Callable[..., object]] = {}
STATEMENTS: LRUCache[Any, Any] = LRUCache(5_000)
compile_builder = Rule._compile_builder


def _compile_builder(rule: Rule, append_unknown: bool = True) -> Callable[..., object]:
    key = (rule.rule, rule.host, repr(rule.defaults), append_unknown, repr(rule._trace))
    if key not in BUILDERS:
        BUILDERS[key] = compile_builder(rule, append_unknown)
    return BUILDERS[key]


@event.listens_for(Engine, "engine_connect")
def _keep_statements_together(connection: Connection) -> None:
    connection.engine._compiled_cache = STATEMENTS


Rule._compile_builder = _compile_builder
for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
    # A statement is kept for its dialect, and each engine has one of its own that differs in nothing from the others.
    dialect.__hash__ = lambda self: hash(type(self))
    dialect.__eq__ = lambda self, other: type(self) is type(other)
# What seals the secrets of one-time codes is made dear on purpose: as it is, most of what a sign-in costs.
AppWallet.encrypt_cost = 4
