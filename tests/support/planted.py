"""Looks for planted words wherever they could have been left in clear: files, databases, logs."""

import base64
import gzip
import json
import quopri
import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, quote_plus

import psycopg
from psycopg import sql

from tests.support.postgres import conninfo

CHUNK = 8 * 1024 * 1024
SHORTEST = 6  # shorter words turn up in random bytes


@dataclass(frozen=True)
class Finding:
    """Where a planted word was found, and in which form."""

    where: str
    word: str
    form: str

    def __str__(self) -> str:
        return f"{self.word!r} as {self.form} in {self.where}"


class Planted:
    """Words that a test has typed in somewhere, and the search for them."""

    def __init__(self, *words: str) -> None:
        for word in words:
            assert len(word) >= SHORTEST, f"{word!r} is too short to plant"
        self.forms = sorted({(word, form, pattern) for word in words for form, pattern in _forms(word)})
        self.longest = max(len(pattern) for _, _, pattern in self.forms)

    def in_bytes(self, data: bytes, where: str) -> list[Finding]:
        """The words in some bytes, as they stand, with line breaks taken out, and unpacked."""
        views = [data, re.sub(rb"=?\r?\n", b"", data)]  # soft breaks of quoted-printable, lines of base64
        views += _unpacked(data)
        lowered = [view.lower() for view in views]
        return [
            Finding(where, word, form)
            for word, form, pattern in self.forms
            if any(pattern in view for view in (lowered if form == "hex" else views))
        ]

    def in_file(self, path: Path) -> list[Finding]:
        """The words in one file and in its name; in pieces that overlap, so that a large one needs little memory."""
        found = self.in_bytes(str(path).encode(), f"the name of {path}")
        with suppress(FileNotFoundError, PermissionError), path.open("rb") as file:
            kept = b""
            while piece := file.read(CHUNK):
                found += self.in_bytes(kept + piece, str(path))
                kept = piece[-2 * self.longest :]
        return sorted(set(found), key=str)

    def in_folders(self, *folders: Path) -> list[Finding]:
        """The words in every file below some folders, hidden ones and SQLite's own log included."""
        files = [path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file()]
        return [finding for path in files for finding in self.in_file(path)]

    def in_database(self, url: str) -> list[Finding]:
        """The words in every row of every table."""
        rows = _sqlite_rows(url) if url.startswith("sqlite") else _postgres_rows(url)
        return sorted({finding for table, row in rows for finding in self.in_bytes(row, f"table {table}")}, key=str)

    def in_texts(self, texts: Mapping[str, str]) -> list[Finding]:
        """The words in texts by name: headers, mails, what a command printed."""
        return [finding for name, text in texts.items() for finding in self.in_bytes(text.encode(), name)]


def _forms(word: str) -> Iterator[tuple[str, bytes]]:
    """A word in every way that it could be written into a file without being sealed."""
    spellings = {word, unicodedata.normalize("NFC", word), unicodedata.normalize("NFD", word)}
    for spelling in sorted(spellings):
        clear = spelling.encode()
        yield "text", clear
        yield "UTF-16", spelling.encode("utf-16-le")
        yield "UTF-16", spelling.encode("utf-16-be")
        yield "hex", clear.hex().encode()
        yield from (("base64", piece) for piece in _base64_pieces(clear))
        for form, written in (
            ("quoted-printable", quopri.encodestring(clear, quotetabs=False)),
            ("quoted-printable", quopri.encodestring(clear, quotetabs=False, header=True)),
            ("a URL", quote(spelling).encode()),
            ("a URL", quote_plus(spelling).encode()),
            ("JSON", json.dumps(spelling)[1:-1].encode()),
            ("HTML", spelling.encode("ascii", "xmlcharrefreplace")),
        ):
            if written != clear:
                yield form, written.replace(b"=\n", b"")


def _base64_pieces(clear: bytes) -> Iterator[bytes]:
    """What is the same in base64 wherever in a longer text the word stands: three alignments, both alphabets."""
    for shift in range(3):
        # A character holds six bits: only those whose bits are all the word's own are the same everywhere.
        first, last = -(-8 * shift // 6), 8 * (shift + len(clear)) // 6
        piece = base64.b64encode(b"\0" * shift + clear)[first:last]
        yield piece
        yield piece.translate(bytes.maketrans(b"+/", b"-_"))


def _unpacked(data: bytes) -> list[bytes]:
    unpacked = []
    for unpack in (gzip.decompress, zlib.decompress):
        with suppress(OSError, EOFError, zlib.error):
            unpacked.append(unpack(data))
    return unpacked


def _sqlite_rows(url: str) -> Iterator[tuple[str, bytes]]:
    path = url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(path)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            for row in connection.execute(f'SELECT * FROM "{name}"'):  # noqa: S608 - the name is the database's own
                yield name, b"\n".join(map(_as_bytes, row))


def _postgres_rows(url: str) -> Iterator[tuple[str, bytes]]:
    with psycopg.connect(conninfo(url)) as connection:
        tables = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchall()
        for schema, table in tables:
            statement = sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(schema, table))
            with connection.cursor().copy(statement) as copy:
                for row in copy:
                    yield table, _plain(bytes(row))


def _plain(row: bytes) -> bytes:
    r"""A row of COPY's text, followed by what its binary columns (written as \\x6162) say."""
    columns = re.findall(rb"\\\\x((?:[0-9a-f]{2})+)", row)
    return b"\n".join([row, *(bytes.fromhex(column.decode()) for column in columns)])


def _as_bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def report(findings: Iterable[Finding]) -> str:
    """The findings as a text for a failing test."""
    return "\n".join(map(str, findings))
