"""Write a letter from its three templates, in the language being spoken."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from portal.i18n import spoken
from portal.mail.letter import Calendar, Letter
from portal.web.rendering import render_mail

BLANK_LINES = re.compile(r"\n{3,}")


def write_letter(
    template: str, *, kind: str, recipient: str, not_after: datetime, calendar: Calendar | None = None, **values: Any
) -> Letter:
    """A letter from `<template>.subject.txt`, `.body.txt` and `.body.html`; call it inside `speaking(language)`."""
    subject = " ".join(render_mail(f"{template}.subject.txt", **values).split())
    values["subject"] = subject
    return Letter(
        kind=kind,
        recipient=recipient,
        language=spoken(),
        subject=subject,
        text=BLANK_LINES.sub("\n\n", render_mail(f"{template}.body.txt", **values)).strip() + "\n",
        html=render_mail(f"{template}.body.html", **values),
        not_after=not_after,
        calendar=calendar,
    )
