"""Sends prepared requests, each exactly once: over a few kept connections as fast as answers come, or all at once."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit


@dataclass(frozen=True)
class Sent:
    """What came of them: answers a second, their statuses, their times in ms."""

    rate: float
    statuses: list[int]
    times: list[float]

    @property
    def p99(self) -> float:
        """99 of 100 took no longer."""
        return statistics.quantiles(self.times, n=100)[98] if len(self.times) > 1 else self.times[0]


@dataclass(frozen=True)
class Answer:
    """What one of many that were sent at once got: a status (0 where the connection was lost), HTML, a time in ms."""

    status: int
    html: str
    time: float


def form(address: str, path: str, values: Mapping[str, str | list[str]], cookie: str) -> bytes:
    """A form as a browser posts it."""
    body = urlencode(values, doseq=True).encode()
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {urlsplit(address).netloc}",
        f"Cookie: {cookie}",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def send(address: str, requests: Sequence[bytes], clients: int = 8) -> Sent:
    """Send all of them, `clients` at a time."""
    return asyncio.run(_send(address, list(requests), clients))


async def _send(address: str, waiting: list[bytes], clients: int) -> Sent:
    statuses: list[int] = []
    times: list[float] = []

    async def one_client() -> None:
        where = urlsplit(address)
        reader, writer = await asyncio.open_connection(where.hostname, where.port)
        while waiting:
            request = waiting.pop()
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(_length(head))
            times.append((time.perf_counter() - began) * 1000)
            statuses.append(int(head[9:12]))
        writer.close()

    number, began = len(waiting), time.perf_counter()
    await asyncio.gather(*(one_client() for _ in range(clients)))
    return Sent(number / (time.perf_counter() - began), statuses, times)


def burst(address: str, requests: Sequence[bytes]) -> list[Answer]:
    """Send all of them at one moment, each over a connection that stands already."""
    return asyncio.run(_burst(address, requests))


async def _burst(address: str, requests: Sequence[bytes]) -> list[Answer]:
    where = urlsplit(address)
    lines = [await asyncio.open_connection(where.hostname, where.port) for _ in requests]
    began = time.perf_counter()

    async def one_client(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], request: bytes) -> Answer:
        reader, writer = line
        status, html = 0, b""
        with suppress(OSError, asyncio.IncompleteReadError):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            html = await reader.readexactly(_length(head))
            status = int(head[9:12])
        taken = (time.perf_counter() - began) * 1000
        writer.close()
        return Answer(status, html.decode(), taken)

    return await asyncio.gather(*(one_client(*one) for one in zip(lines, requests, strict=True)))


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    raise AssertionError(f"an answer without a length: {head!r}")
