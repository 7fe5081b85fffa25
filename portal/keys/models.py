"""What the database knows of the keys: their fingerprints, so that a wrong key is noticed at start."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model


class KeyFingerprint(Model):
    """A key's name and a short hash of it."""

    __tablename__ = "key_fingerprint"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(16))
