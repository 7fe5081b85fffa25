"""Claims: many families want one time at the same moment; one gets it, the others get a kind answer."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from flask import Flask
from sqlalchemy import select, update

from bench.claimants import Claimant, claimants
from bench.databases import databases, own_database
from bench.driver import Answer, burst
from bench.families import clinic
from bench.forms import PHONE
from bench.office import add_slots
from bench.results import Row, tell
from bench.running import environment, load, server
from bench.sizes import scaled
from portal.booking.models import BOOKED, CLOSED, FREE, Appointment, Slot
from portal.booking.slots import token_of
from portal.booking.views.shown import TAKEN
from portal.extensions import db
from portal.transaction import transaction

ROUNDS, EACH = scaled(20, least=2), 20
CROWD = scaled(200, least=EACH)
CHOOSE, CONFIRM = "/en/case/book", "/en/case/book/confirm"
NONE_LEFT = "All times with coordinators who speak your language are taken."
TAKEN_WITH_OTHERS, TAKEN_NONE_LEFT = "just taken, with other times", "none left, in words"


def main() -> None:
    """Rounds with other times left, then the last one; two web processes, on each database."""
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder, own_database(url) as own:
            tell(f"Claims on {name}, two web processes", _measure(Path(folder) / "instance", own))


def _measure(instance: Path, url: str) -> list[Row]:
    with clinic(instance, url) as app:
        times = _only(app, ROUNDS + 1)
        families = claimants(app, ROUNDS * EACH + CROWD)
        with server("wsgi:app", environment(instance, url), workers=2) as ours:
            load(ours, CHOOSE, cookie=families[0].cookie, clients=32, seconds=1)  # warm, as the portal's own start is
            rounds = []
            for number, time in enumerate(times[:-1]):
                rounds += _race(ours, families[number * EACH : (number + 1) * EACH], time)
            last = _race(ours, families[-CROWD:], times[-1])
        with app.app_context():
            booked = db.session.scalars(select(Appointment.start_at).where(Appointment.status == BOOKED)).all()
        assert len(booked) == len(set(booked)) == len(times), f"{len(booked)} consultations at {len(times)} times"
    return [
        _row(f"{ROUNDS} rounds of {EACH} claims", rounds, ROUNDS),
        _row(f"{CROWD} claims of the last time", last, 1),
    ]


def _only(app: Flask, number: int) -> list[str]:
    """So many times of one coordinator and no others, as forms say them."""
    with app.app_context(), transaction() as session:
        session.execute(update(Slot).values(status=CLOSED))
    add_slots(app, number, coordinators=1)
    with app.app_context():
        found = db.session.execute(
            select(Slot.start_at, Slot.end_at).where(Slot.status == FREE).order_by(Slot.start_at)
        )
        return [token_of(row.start_at, row.end_at) for row in found]


def _race(address: str, families: Sequence[Claimant], time: str) -> list[Answer]:
    """All of them choose this time; who may confirm it does."""
    answers = burst(address, [one.posts(address, CHOOSE, slot=time) for one in families])
    winners = [one for one, answer in zip(families, answers, strict=True) if answer.status == 303]
    assert len(winners) == 1, Counter(answer.status for answer in answers)
    (confirmed,) = burst(address, [winners[0].posts(address, CONFIRM, slot=time, **PHONE)])
    assert confirmed.status == 303, confirmed
    return answers


def _row(name: str, answers: Sequence[Answer], winners: int) -> Row:
    kinds = Counter(_kind(answer) for answer in answers if answer.status != 303)
    kind = kinds[TAKEN_WITH_OTHERS] + kinds[TAKEN_NONE_LEFT]
    slow = sorted(answer.time for answer in answers)
    more = f"{winners} got it; " + "; ".join(f"{number} {what}" for what, number in kinds.items())
    more += f"; half within {slow[len(slow) // 2]:.0f} ms, the slowest {slow[-1]:.0f} ms"
    return Row(name, kind / (len(answers) - winners), 1.0, more)


def _kind(answer: Answer) -> str:
    if answer.status == 200 and TAKEN in answer.html and 'name="slot"' in answer.html:
        return TAKEN_WITH_OTHERS
    if answer.status == 200 and NONE_LEFT in answer.html:
        return TAKEN_NONE_LEFT
    return f"status {answer.status}" if answer.status else "connection lost"


if __name__ == "__main__":
    sys.exit(main())
