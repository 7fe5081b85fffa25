"""Answers: one sealed sheet for each section of a case, so that the database does not even show what was asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime


class AnswerSheet(Row, Model):
    """One section's answers (a part of FHIR's QuestionnaireResponse). `version` rises at each save."""

    __tablename__ = "answer_sheet"
    __table_args__ = (UniqueConstraint("case_id", "section"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    section: Mapped[str] = mapped_column(String(40))
    questionnaire: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[str] = mapped_column(ForeignKey("respondent.id"))
    content: Mapped[Sealed] = mapped_column(SealedColumn)
