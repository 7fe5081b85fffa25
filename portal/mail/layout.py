"""Write a letter out from its draft and its three templates. Knows nothing of any request."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from portal.folding import environments
from portal.i18n import OFFERED, speaking
from portal.mail.calendar import calendar_file
from portal.mail.draft import Draft
from portal.mail.letter import Letter

BLANK_LINES = re.compile(r"\n{3,}")
PORTAL = Path(__file__).resolve().parent.parent


def write(draft: Draft) -> Letter:
    """The letter, from `<template>.subject.txt`, `.body.txt` and `.body.html`, in the recipient's language."""
    with speaking(draft.language):
        subject = " ".join(_render(draft, "subject.txt").split())
        return Letter(
            kind=draft.kind,
            recipient=draft.recipient,
            language=draft.language,
            subject=subject,
            text=BLANK_LINES.sub("\n\n", _render(draft, "body.txt", subject=subject)).strip() + "\n",
            html=_render(draft, "body.html", subject=subject),
            calendar=calendar_file(draft.meeting, draft.method) if draft.meeting else None,
        )


def _render(draft: Draft, part: str, **more: Any) -> str:
    language = OFFERED[draft.language]
    template = _environments()[language.code].get_template(f"{draft.template}.{part}")
    return template.render(lang=language.code, dir=language.dir, **draft.values, **more)


@cache
def _environments() -> dict[str, Environment]:
    # Each feature keeps its letters beside its pages.
    return environments(FileSystemLoader(sorted(PORTAL.glob("*/templates"))))
