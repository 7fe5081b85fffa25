"""Schedule, Slot and Appointment with FHIR's meanings. Overlap is refused by the database itself (see migrations)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime
from portal.staff.models import StaffMember

FREE, CLOSED = "free", "busy-unavailable"
HELD, BOOKED, CANCELLED, LAPSED = "held", "booked", "cancelled", "lapsed"
LIVE = text("status IN ('held', 'booked')")


class Schedule(Model):
    """A coordinator's calendar. Its number, unlike an opaque id, fits PostgreSQL's range types."""

    __tablename__ = "schedule"

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_member.id"), unique=True)

    staff: Mapped[StaffMember] = relationship()


class Slot(Row, Model):
    """A time at which a coordinator can be asked for. `status` is `free` or `busy-unavailable` (closed)."""

    __tablename__ = "slot"
    __table_args__ = (
        UniqueConstraint("schedule_id", "start_at"),
        Index("ix_slot_status_start_at_end_at", "status", "start_at", "end_at", "schedule_id"),
        CheckConstraint("start_at < end_at", name="start_before_end"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(16), default=FREE)

    schedule: Mapped[Schedule] = relationship()


class Appointment(Row, Model):
    """A time that is held for, or booked by, a case.

    `held` blocks until `held_until`, `booked` until it is `cancelled`; a hold that ran out is `lapsed`. `sequence`
    is iTIP's: it rises with every change that a calendar must learn of. `details` (sealed): channel, number,
    interpreter.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("start_at < end_at", name="start_before_end"),
        Index(
            "uq_appointment_live_start",
            "schedule_id",
            "start_at",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index("uq_appointment_case_live", "case_id", "status", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_appointment_case_id", "case_id"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12))
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    booked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    language: Mapped[str] = mapped_column(String(12))
    time_zone: Mapped[str] = mapped_column(String(64))
    room: Mapped[Sealed | None] = mapped_column(SealedColumn)
    details: Mapped[Sealed | None] = mapped_column(SealedColumn)

    schedule: Mapped[Schedule] = relationship()
