"""Family, respondent, case, access and consent: in clear only ids, states, times, languages, country and zone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime

DRAFT, SUBMITTED, CLOSED = "draft", "submitted", "closed"


class Family(Row, Model):
    """People who belong together: respondents and the cases they fill in."""

    __tablename__ = "family"

    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)

    respondents: Mapped[list[Respondent]] = relationship(back_populates="family", order_by="Respondent.created_at")
    cases: Mapped[list[Case]] = relationship(back_populates="family", order_by="Case.created_at")


class Respondent(Row, Model):
    """Who fills in (FHIR RelatedPerson, or the Patient): own language, own address. Sealed with the family's key."""

    __tablename__ = "respondent"
    __table_args__ = (UniqueConstraint("family_id", "email_hash"),)

    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    language: Mapped[str] = mapped_column(String(12))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    email: Mapped[Sealed | None] = mapped_column(SealedColumn)
    email_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    role: Mapped[Sealed] = mapped_column(SealedColumn)

    family: Mapped[Family] = relationship(back_populates="respondents")


class Case(Row, Model):
    """One person's file. `reference` is for reading aloud, `pseudonym` stands for the case in the access log.

    `also_speaks` are languages that the family speaks beside its own, as codes with a space between.

    After sending the family may change its answers until `answers_until`, when its consultation begins. `role` (sealed
    with the family's key): who fills in for this person, which may be another one than for a sibling. `urgent_by`: the
    member of staff who set the case's urgency; no answer ever does. `waits_since`: since when the family waits for a
    time, as it has asked for; empty where it does not. `likeness` is the keyed hash of contact and month of birth
    together: cases with the same one may be one person's. It is empty where one of the two is not said, and has no
    value where nobody has looked yet. `news` (sealed): what the office did to the consultation, until the family knows.
    """

    __tablename__ = "case_file"
    __table_args__ = (Index("ix_case_file_changed_at", "changed_at", "id"),)

    family_id: Mapped[str] = mapped_column(ForeignKey("family.id"), index=True)
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    pseudonym: Mapped[str] = mapped_column(String(32), unique=True)
    state: Mapped[str] = mapped_column(String(12), default=DRAFT)
    language: Mapped[str] = mapped_column(String(12))
    country: Mapped[str | None] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    also_speaks: Mapped[str] = mapped_column(String(200), default="")
    questionnaire: Mapped[str] = mapped_column(String(40))
    assignee_id: Mapped[str | None] = mapped_column(ForeignKey("staff_member.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    answers_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    role: Mapped[Sealed | None] = mapped_column(SealedColumn)
    urgent_by: Mapped[str | None] = mapped_column(String(32))
    urgent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waits_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    likeness: Mapped[str | None] = mapped_column(String(64), index=True, default="")
    news: Mapped[Sealed | None] = mapped_column(SealedColumn)

    family: Mapped[Family] = relationship(back_populates="cases")
    respondents: Mapped[list[Respondent]] = relationship(
        primaryjoin="foreign(Respondent.family_id) == Case.family_id",
        order_by="Respondent.created_at",
        viewonly=True,
        uselist=True,
    )


class Access(Row, Model):
    """A way back in that was mailed: a link and a short code beside it. Both only as keyed hashes."""

    __tablename__ = "access"

    respondent_id: Mapped[str] = mapped_column(ForeignKey("respondent.id"), index=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    code_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    request_hash: Mapped[str | None] = mapped_column(String(64), index=True)
    request_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Consent(Row, Model):
    """One answer to one text (FHIR Consent): which text, which version, in which language, when. Never changed."""

    __tablename__ = "consent"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    respondent_id: Mapped[str] = mapped_column(ForeignKey("respondent.id"))
    text: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CaseChange(Row, Model):
    """What a family changed after sending, in one save: `part` is a section, `documents` or `start`.

    `content` (sealed): code to what was said before and what is said now.
    """

    __tablename__ = "case_change"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    part: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[str] = mapped_column(ForeignKey("respondent.id"))
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    content: Mapped[Sealed] = mapped_column(SealedColumn)


class ParkedForm(Row, Model):
    """A page that was sent after its access had ended, sealed with its case's key until the family is back."""

    __tablename__ = "parked_form"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), index=True)
    owner_hash: Mapped[str] = mapped_column(String(64), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    content: Mapped[Sealed] = mapped_column(SealedColumn)
