"""Write a letter from its three templates, in the language being spoken. Knows nothing of any request."""

from __future__ import annotations

import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from portal.folding import environments
from portal.i18n import OFFERED, spoken
from portal.mail.letter import Calendar, Letter

BLANK_LINES = re.compile(r"\n{3,}")
PORTAL = Path(__file__).resolve().parent.parent


def write_letter(
    template: str, *, kind: str, recipient: str, not_after: datetime, calendar: Calendar | None = None, **values: Any
) -> Letter:
    """A letter from `<template>.subject.txt`, `.body.txt` and `.body.html`; call it inside `speaking(language)`."""
    subject = " ".join(_render(f"{template}.subject.txt", values).split())
    values["subject"] = subject
    return Letter(
        kind=kind,
        recipient=recipient,
        language=spoken(),
        subject=subject,
        text=BLANK_LINES.sub("\n\n", _render(f"{template}.body.txt", values)).strip() + "\n",
        html=_render(f"{template}.body.html", values),
        not_after=not_after,
        calendar=calendar,
    )


def _render(template: str, values: dict[str, Any]) -> str:
    language = OFFERED[spoken()]
    return _environments()[language.code].get_template(template).render(lang=language.code, dir=language.dir, **values)


@cache
def _environments() -> dict[str, Environment]:
    # Each feature keeps its letters beside its pages.
    return environments(FileSystemLoader(sorted(PORTAL.glob("*/templates"))))
