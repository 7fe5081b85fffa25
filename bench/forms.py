"""Forms: save, book and send, beside a reference that writes the same rows at once, and beside one durable insert."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from sqlalchemy import event

from bench import plans
from bench.databases import databases, own_database
from bench.driver import Sent, form, send
from bench.families import clinic, cookie_of, family
from bench.office import add_slots
from bench.results import Row, tell
from bench.running import environment, server
from portal.extensions import db
from tests.support.journey import SECTIONS
from tests.support.visitor import Visitor

ROUNDS, EACH, CLIENTS = 5, 100, 8
PHONE = {"channel": "phone", "phone": "+9647901234567", "interpreter": "no"}
Prepared = tuple[str, dict[str, str | list[str]], str]  # path, fields, cookie


def main() -> None:
    """Every form, on each database."""
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder, own_database(url) as own:
            tell(f"Forms on {name}, {CLIENTS} clients", _measure(Path(folder), own))


def _measure(folder: Path, url: str) -> list[Row]:
    number = ROUNDS * EACH + 1
    with clinic(folder / "instance", url) as app:
        add_slots(app, 2 * number, coordinators=20)
        families = [family(app, one) for one in range(number)]
        saving = [prepared(one, "/case/section/diagnosis", SECTIONS["diagnosis"]) for one in families]
        saved, commits = _recorded(app, families[-1], saving[-1])
        rows = {"save": (saving, saved, commits)}
        for visitor in families:
            hold(visitor)
        booking = [prepared(one, "/case/book/confirm", PHONE) for one in families]
        rows["book"] = (booking, *_recorded(app, families[-1], booking[-1]))
        sending = [prepared(one, "/case/check", {}) for one in families]
        rows["send"] = (sending, *_recorded(app, families[-1], sending[-1]))
    plans.save({name: plan for name, (_all, plan, _commits) in rows.items()}, folder / "plans")
    around = environment(folder / "instance", url) | {"PORTAL_TEST_PLANS": str(folder / "plans")}
    with server("wsgi:app", around) as ours, server("bench.reference:app", around) as theirs:
        return [_row(name, *found, ours, theirs) for name, found in rows.items()]


def _row(name: str, given: list[Prepared], plan: plans.Plan, commits: int, ours: str, theirs: str) -> Row:
    rates: list[tuple[float, float, float]] = []
    slowest: list[float] = []
    for number in range(ROUNDS):
        some = given[number * EACH : (number + 1) * EACH]
        own = send(ours, [form(ours, *one) for one in some], CLIENTS)
        assert set(own.statuses) == {303}, own.statuses
        rates.append((own.rate, _same(theirs, f"/plan/{name}").rate, _same(theirs, "/insert").rate))
        slowest.append(own.p99)
    own_rate, same, insert = (statistics.median(one[place] for one in rates) for place in range(3))
    more = f"{own_rate:.0f}/s; {own_rate / insert:.2f} of one insert (≥ 0.50); {commits} commit; "
    more += f"p99 {statistics.median(slowest):.0f} ms; {len(plan.statements)} statements"
    return Row(name, own_rate / same, 0.60, more)


def _same(address: str, path: str) -> Sent:
    return send(address, [form(address, path, {}, "")] * EACH, CLIENTS)


def prepared(visitor: Visitor, path: str, values: dict[str, str]) -> Prepared:
    """A form as this family's browser would send it now, with all that its page says about itself."""
    sent = visitor.page(visitor.open(path)).form().sent
    return f"/ar{path}", {**sent, **values}, cookie_of(visitor)


def hold(visitor: Visitor) -> None:
    """Let a family keep the first free time."""
    offered = visitor.page(visitor.open("/case/book")).form().controls["slot"].offered
    visitor.post("/case/book", slot=offered[0])


def _recorded(app: Flask, visitor: Visitor, given: Prepared) -> tuple[plans.Plan, int]:
    """What one of these does, and with how many commits."""
    path, values, _cookie = given
    commits: list[object] = []
    count: Callable[[object], None] = commits.append
    with app.app_context():
        event.listen(db.engine, "commit", count)
    plan = plans.record(app, lambda: visitor.client.post(path, data=values), twice=False)
    with app.app_context():
        event.remove(db.engine, "commit", count)
    return plan, len(commits)


if __name__ == "__main__":
    sys.exit(main())
