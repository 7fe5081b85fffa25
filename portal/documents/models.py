"""Documents (FHIR DocumentReference): the file is a sealed object; its name, kind and digest are sealed too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime


class Document(Row, Model):
    """One file of a case. `details` holds kind, name for people, media type, size and SHA-256 of the clear bytes."""

    __tablename__ = "document"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    object_name: Mapped[str] = mapped_column(String(40), unique=True)
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)
    added_by: Mapped[str] = mapped_column(ForeignKey("respondent.id"))
    details: Mapped[Sealed] = mapped_column(SealedColumn)
