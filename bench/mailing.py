"""Mailing: booking while the mail server takes its time over each message, beside one that answers at once."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.databases import databases, own_database
from bench.driver import form, send
from bench.families import clinic, family
from bench.forms import CLIENTS, PHONE, ROUNDS, Prepared, hold, prepared
from bench.office import add_slots
from bench.results import Row, tell
from tests.support.mailserver import MailServer, SlowServer
from tests.support.serving import Portal, environment_for, flask_command, free_port, start_web

EACH = 24
SECONDS = 0.3
UNCHANGED = 0.95


def main() -> None:
    """The same bookings in two portals at once, web and worker, that differ in nothing but their mail server."""
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder, own_database(url) as one, own_database(url) as other:
            tell(f"Mailing on {name}, {CLIENTS} clients", [_measure(Path(folder), one, other)])


def _measure(folder: Path, one: str, other: str) -> Row:
    with MailServer(folder) as quick, SlowServer(folder, SECONDS) as slow:
        to_quick, to_slow = _families(folder / "quick", one), _families(folder / "slow", other)
        with _portal(folder / "quick", one, quick) as near, _portal(folder / "slow", other, slow) as far:
            rates = []
            for number in range(ROUNDS):
                some = slice(number * EACH, (number + 1) * EACH)
                rates.append((_book(near, to_quick[some]), _book(far, to_slow[some])))
        sent = len(quick.deliveries), len(slow.deliveries)
    at_once, late = (statistics.median(one[place] for one in rates) for place in range(2))
    more = f"{late:.0f}/s beside {at_once:.0f}/s; {sent[1]} and {sent[0]} messages sent meanwhile"
    return Row(f"booking, {SECONDS} s a message", late / at_once, UNCHANGED, more)


def _families(instance: Path, url: str) -> list[Prepared]:
    number = ROUNDS * EACH
    with clinic(instance, url) as app:
        add_slots(app, 2 * number, coordinators=20)
        families = [family(app, one) for one in range(number)]
        for visitor in families:
            hold(visitor)
        return [prepared(one, "/case/book/confirm", PHONE) for one in families]


@contextmanager
def _portal(instance: Path, url: str, mail: MailServer) -> Iterator[str]:
    port = free_port()
    more = {"sqlalchemy_database_uri": url} if url else {}
    around = environment_for(instance, port=port, mail_server="127.0.0.1", mail_port=mail.port, mail_use_tls=0, **more)
    portal: Portal = start_web(flask_command("serve"), around, instance, instance.with_suffix(".log"), port)
    try:
        yield portal.base_url
    finally:
        portal.stop()


def _book(address: str, some: list[Prepared]) -> float:
    sent = send(address, [form(address, *one) for one in some], CLIENTS)
    assert set(sent.statuses) == {303}, sent.statuses
    return sent.rate


if __name__ == "__main__":
    sys.exit(main())
