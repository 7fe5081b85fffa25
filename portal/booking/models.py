"""Schedule, Slot and Appointment with FHIR's meanings. Overlap is refused by the database itself (see migrations)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.extensions import Model
from portal.keys.sealed import Sealed, SealedColumn
from portal.rows import Row, UtcDateTime
from portal.staff.models import StaffMember

FREE, CLOSED = "free", "busy-unavailable"
BY_RULE, BY_HAND = "rule", "hand"
HELD, BOOKED, CANCELLED, LAPSED = "held", "booked", "cancelled", "lapsed"
FULFILLED, NOSHOW = "fulfilled", "noshow"
OFFERED, DECLINED, UNANSWERED = "offered", "declined", "unanswered"
LIVE = text("status IN ('held', 'booked', 'offered')")


class Schedule(Model):
    """The calendar of a coordinator or an interpreter. Its number, unlike an opaque id, fits PostgreSQL's range types.

    Its rules, in minutes: how long a conversation is, what stays free before and after it, how long before it the last
    family may choose it. `horizon` (days) is how far ahead times are made, `most_per_day` how many conversations are
    held on one day. `channels` are the ways in which the person talks, with a space between; empty means all that the
    office offers. `holidays_of` is the country whose public holidays are days off. `feed_hash` is
    the keyed hash of the secret in its calendar feed's address.
    """

    __tablename__ = "schedule"
    __table_args__ = (Index("uq_schedule_feed_hash", "feed_hash", unique=True),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff_member.id"), unique=True)
    minutes: Mapped[int] = mapped_column(Integer, default=40)
    before: Mapped[int] = mapped_column(Integer, default=0)
    after: Mapped[int] = mapped_column(Integer, default=0)
    notice: Mapped[int] = mapped_column(Integer, default=120)
    horizon: Mapped[int] = mapped_column(Integer, default=56)
    most_per_day: Mapped[int | None] = mapped_column(Integer)
    channels: Mapped[str] = mapped_column(String(40), default="")
    holidays_of: Mapped[str | None] = mapped_column(String(2))
    feed_hash: Mapped[str | None] = mapped_column(String(64))

    staff: Mapped[StaffMember] = relationship()


class Window(Row, Model):
    """Hours of a weekday (0 is Monday) on the wall clock of where the person is; an `end` that is not later is the next
    day's. Times of an `urgent` window are kept for cases that a member of staff holds to be urgent.
    """

    __tablename__ = "schedule_window"

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), index=True)
    weekday: Mapped[int] = mapped_column(Integer)
    begin: Mapped[str] = mapped_column(String(5))
    end: Mapped[str] = mapped_column(String(5))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)


class Difference(Row, Model):
    """Days on which a calendar differs from its windows; without a schedule, the whole clinic's.

    `kind`: `off`, `extra` (hours on one day, kept for `urgent` cases or not), `travel` (another `zone` for these days),
    `open` (a public holiday that is worked).
    """

    __tablename__ = "schedule_exception"

    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"), index=True)
    kind: Mapped[str] = mapped_column(String(8))
    first: Mapped[date] = mapped_column(Date)
    last: Mapped[date] = mapped_column(Date)
    begin: Mapped[str | None] = mapped_column(String(5))
    end: Mapped[str | None] = mapped_column(String(5))
    zone: Mapped[str | None] = mapped_column(String(64))
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)


class Slot(Row, Model):
    """A time at which somebody can be asked for. `status` is `free` or `busy-unavailable` (closed by hand).

    From `busy_from` to `busy_until` the person needs it for itself. It can be chosen until `closes_at`. `day` is its
    day on the person's clock, `minute` its beginning as minute of the UTC day, `minutes` its length. An interpreter's
    slots are whole windows, within which conversations find their place.
    """

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
    busy_from: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_until: Mapped[datetime] = mapped_column(UtcDateTime)
    closes_at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date] = mapped_column(Date)
    minute: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    made_by: Mapped[str] = mapped_column(String(4), default=BY_HAND)

    schedule: Mapped[Schedule] = relationship()


class Appointment(Row, Model):
    """A time that is held for, or booked by, a case.

    `held` blocks until `held_until`, `booked` until it is `cancelled`; a hold that ran out is `lapsed`. To a family
    that waits a time is `offered`, which blocks it like a hold, until that is `declined` or `unanswered`. Afterwards it
    is `fulfilled`, or `noshow` where somebody was `absent` (`family` or `clinic`). `sequence` is iTIP's: it rises with
    every change that a calendar must learn of, and `changed_at` says when that was. `details` (sealed): channel,
    number, interpreter, reason. `wall` is what the clocks said when it was booked, the family's and the coordinator's;
    `clock_moved_at` when it was found that they say something else. `reminded` holds the reminders that went out, as
    bits. `asked` are the languages that the family wished for while it waited, as codes with a space between: whatever
    is tried of this time again is asked for in these first. Empty means those of its record.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("start_at < end_at", name="start_before_end"),
        Index("uq_appointment_case_live", "case_id", "status", unique=True, sqlite_where=LIVE, postgresql_where=LIVE),
        Index("ix_appointment_case_id", "case_id"),
        Index("ix_appointment_schedule_id_start_at", "schedule_id", "start_at"),
        Index("ix_appointment_status_start_at", "status", "start_at"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"))
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"))
    interpreter_id: Mapped[int | None] = mapped_column(ForeignKey("schedule.id"))
    start_at: Mapped[datetime] = mapped_column(UtcDateTime)
    end_at: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[str] = mapped_column(String(12))
    held_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    booked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    language: Mapped[str] = mapped_column(String(12))
    time_zone: Mapped[str] = mapped_column(String(64))
    wall: Mapped[str] = mapped_column(String(40), default="")
    clock_moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded: Mapped[int] = mapped_column(Integer, default=0)
    asked: Mapped[str] = mapped_column(String(200), default="")
    absent: Mapped[str | None] = mapped_column(String(8))
    room: Mapped[Sealed | None] = mapped_column(SealedColumn)
    details: Mapped[Sealed | None] = mapped_column(SealedColumn)

    schedule: Mapped[Schedule] = relationship(foreign_keys=[schedule_id])
    interpreter: Mapped[Schedule | None] = relationship(foreign_keys=[interpreter_id])


class Participant(Model):
    """Somebody whom a live appointment needs (FHIR Appointment.participant), from `busy_from` to `busy_until`.

    The row goes when the appointment no longer needs the person. Two of one calendar never overlap: the database
    refuses it.
    """

    __tablename__ = "participant"
    __table_args__ = (Index("ix_participant_schedule_id_busy_from", "schedule_id", "busy_from", "busy_until"),)

    appointment_id: Mapped[str] = mapped_column(ForeignKey("appointment.id"), primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    busy_from: Mapped[datetime] = mapped_column(UtcDateTime)
    busy_until: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date] = mapped_column(Date)


class Waiting(Row, Model):
    """What would suit a family that waits for a time; the case says since when. The row goes when it waits no more.

    `weekdays` (0 is Monday) and the hours are on the family's own clock, an `end` that is not later is the next day's.
    `languages` are codes with a space between. `said_at`: when the family last said so. `note` (sealed).
    """

    __tablename__ = "waiting"

    case_id: Mapped[str] = mapped_column(ForeignKey("case_file.id"), unique=True)
    weekdays: Mapped[str] = mapped_column(String(16))
    begin: Mapped[str] = mapped_column(String(5))
    end: Mapped[str] = mapped_column(String(5))
    languages: Mapped[str] = mapped_column(String(200))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[Sealed | None] = mapped_column(SealedColumn)
