"""Pages: the rate beside a reference that does the same work without our layers, and beside a bare Flask "hello"."""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from flask import Flask
from passlib.totp import TOTP

from bench import plans
from bench.databases import databases, own_database
from bench.families import clinic, cookie_of
from bench.office import add_cases, add_slots
from bench.results import Row, tell
from bench.running import Load, environment, load, server
from tests.staff.colleague import Colleague
from tests.support.visitor import Visitor

ROUNDS = 5
CLIENTS = 8
WANTED = 0.60
FAMILY_PAGES = {
    "home": "/ar/",
    "task list": "/ar/case",
    "questionnaire page": "/ar/case/section/diagnosis",
    "largest page": "/ar/case/section/person",
    "longest page": "/ar/case/section/treatments",
    "free times": "/ar/case/book",
}


@dataclass(frozen=True)
class Page:
    """One page to measure, as one reader."""

    name: str
    path: str
    cookie: str


def main() -> None:
    """Every page, on each database."""
    for name, url in databases():
        with tempfile.TemporaryDirectory() as folder, own_database(url) as own:
            tell(f"Pages on {name}, {CLIENTS} clients", _measure(Path(folder), own))


def readers_pages(instance: Path, url: str, plan: dict[str, plans.Plan] | None = None) -> list[Page]:
    """A clinic with a thousand times and cases, and its pages; `plan` is given what each of them does."""
    with clinic(instance, url) as app:
        add_slots(app, 1000)
        add_cases(app, 1000)
        family = Visitor(app, "ar").begin().answer()
        office = office_of(app)
        pages = [Page(name, path, cookie_of(family)) for name, path in FAMILY_PAGES.items()]
        reference = _case(office)
        staff = cookie_of(office)
        pages += [Page("case list", "/ar/desk/cases", staff), Page("case page", f"/ar/desk/cases/{reference}", staff)]
        if plan is not None:
            for page in pages:
                client = office.client if "/desk" in page.path else family.client
                plan[page.name] = plans.record(app, lambda page=page, client=client: client.get(page.path))
        return pages


def _measure(folder: Path, url: str) -> list[Row]:
    found: dict[str, plans.Plan] = {}
    pages = readers_pages(folder / "instance", url, found)
    plans.save(found, folder / "plans")
    around = environment(folder / "instance", url) | {"PORTAL_TEST_PLANS": str(folder / "plans")}
    with server("wsgi:app", around) as ours, server("bench.reference:app", around) as theirs:
        return [_row(page, found[page.name], ours, theirs) for page in pages]


def _row(page: Page, plan: plans.Plan, ours: str, theirs: str) -> Row:
    def once() -> tuple[Load, Load, Load]:
        return (
            load(ours, page.path, cookie=page.cookie, clients=CLIENTS),
            load(theirs, f"/plan/{quote(page.name)}", clients=CLIENTS),
            load(theirs, "/hello", clients=CLIENTS),
        )

    rounds = [once() for _ in range(ROUNDS)]
    own, same, bare = (statistics.median(one[place].rate for one in rounds) for place in range(3))
    slow = statistics.median(one[0].p99 for one in rounds)
    more = f"{own:.0f}/s; {own / bare:.2f} of hello, the reference {same / bare:.2f}; p99 {slow:.0f} ms; "
    more += f"{len(plan.statements)} statements; {plan.size} bytes"
    return Row(page.name, own / same, WANTED, more)


def office_of(app: Flask) -> Colleague:
    """The demo's second coordinator, signed in."""
    people = json.loads((Path(app.extensions["portal"].settings.instance) / "demo.json").read_text())
    person = next(one for one in people if one["email"].startswith("coordinator.two"))
    colleague = Colleague(app, "ar")
    colleague.give_password(person["email"], person["password"])
    colleague.post("/sign-in/code", code=str(TOTP(key=person["totp_secret"]).generate().token))
    return colleague


def _case(office: Colleague) -> str:
    """The reference of the case that changed last: the family's own."""
    return next(address for _text, address in office.page("/cases").links if "/desk/cases/" in address).rpartition("/")[
        2
    ]


if __name__ == "__main__":
    sys.exit(main())
