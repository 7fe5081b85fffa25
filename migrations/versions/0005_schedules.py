"""Rules of calendars, what a slot needs around it, who takes part in an appointment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()
LIVE = sa.text("status IN ('held', 'booked')")
NOTICE = timedelta(hours=2)
BATCH = 1_000
LONG_AGO = "2000-01-01 00:00:00+00:00"  # until filled, below

# SQLite has no exclusion constraint: a trigger refuses an overlap with another row of the same calendar. SQLite lets
# one writer in at a time, so that no other transaction can slip in between the look and the write.
SQLITE_OVERLAP = """
CREATE TRIGGER participant_no_overlap_{event} BEFORE {event} ON participant
BEGIN
    SELECT RAISE(ABORT, 'participant_no_overlap') WHERE EXISTS (
        SELECT 1 FROM participant
        WHERE schedule_id = NEW.schedule_id AND busy_from < NEW.busy_until AND NEW.busy_from < busy_until
        {but}
    );
END
"""
BUT_ITSELF = "AND NOT (appointment_id = OLD.appointment_id AND schedule_id = OLD.schedule_id)"

# A range of one number stands for equality, which GiST cannot compare without an extension.
POSTGRESQL_OVERLAP = """
ALTER TABLE participant ADD CONSTRAINT participant_no_overlap EXCLUDE USING gist (
    int4range(schedule_id, schedule_id, '[]') WITH &&,
    tstzrange(busy_from, busy_until) WITH &&
)
"""

SQLITE_OVERLAP_BEFORE = """
CREATE TRIGGER appointment_no_overlap_{event} BEFORE {event} ON appointment
WHEN NEW.status IN ('held', 'booked')
BEGIN
    SELECT RAISE(ABORT, 'appointment_no_overlap') WHERE EXISTS (
        SELECT 1 FROM appointment
        WHERE schedule_id = NEW.schedule_id AND id <> NEW.id AND status IN ('held', 'booked')
        AND start_at < NEW.end_at AND NEW.start_at < end_at
    );
END
"""
POSTGRESQL_OVERLAP_BEFORE = """
ALTER TABLE appointment ADD CONSTRAINT appointment_no_overlap EXCLUDE USING gist (
    int4range(schedule_id, schedule_id, '[]') WITH &&,
    tstzrange(start_at, end_at) WITH &&
) WHERE (status IN ('held', 'booked'))
"""

FILLED = ("busy_from", "busy_until", "closes_at", "day", "minute", "minutes")


def upgrade() -> None:
    """Forwards."""
    _schedules()
    _slots()
    _appointments()
    _participants()
    op.add_column("case_file", sa.Column("also_speaks", sa.String(length=200), nullable=False, server_default=""))


def _schedules() -> None:
    for column in _of_schedule():
        op.add_column("schedule", column)
    op.create_index("uq_schedule_feed_hash", "schedule", ["feed_hash"], unique=True)
    op.create_table(
        "schedule_window",
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("begin", sa.String(length=5), nullable=False),
        sa.Column("end", sa.String(length=5), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_schedule_window_schedule_id"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_window"),
    )
    op.create_index("ix_schedule_window_schedule_id", "schedule_window", ["schedule_id"])
    op.create_table(
        "schedule_exception",
        sa.Column("schedule_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("begin", sa.String(length=5), nullable=True),
        sa.Column("end", sa.String(length=5), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_schedule_exception_schedule_id"),
        sa.PrimaryKeyConstraint("id", name="pk_schedule_exception"),
    )
    op.create_index("ix_schedule_exception_schedule_id", "schedule_exception", ["schedule_id"])


def _slots() -> None:
    for column in _of_slot():
        op.add_column("slot", column)
    _fill_slots()


def _fill_slots() -> None:
    """Times that were opened before need nothing around them, and two hours' notice, as it was."""
    if op.get_context().as_sql:
        return
    kinds = {"day": sa.Date(), "minute": sa.Integer(), "minutes": sa.Integer()}
    slot = sa.table("slot", sa.column("id"), *(sa.column(name, kinds.get(name, INSTANT)) for name in FILLED))
    connection, last = op.get_bind(), ""
    asked = sa.text(
        "SELECT slot.id, slot.start_at, slot.end_at, staff_member.time_zone FROM slot "
        "JOIN schedule ON schedule.id = slot.schedule_id JOIN staff_member ON staff_member.id = schedule.staff_id "
        "WHERE slot.id > :last ORDER BY slot.id LIMIT :batch"
    )
    while found := connection.execute(asked, {"last": last, "batch": BATCH}).all():
        for row in found:
            start, end = _instant(row.start_at), _instant(row.end_at)
            filled = {
                "busy_from": start,
                "busy_until": end,
                "closes_at": start - NOTICE,
                "day": start.astimezone(ZoneInfo(row.time_zone)).date(),
                "minute": start.hour * 60 + start.minute,
                "minutes": int((end - start).total_seconds()) // 60,
            }
            connection.execute(sa.update(slot).where(slot.c.id == row.id).values(filled))
        last = found[-1].id


def _appointments() -> None:
    # SQLite adds a column with what it refers to, and nothing to a table afterwards.
    op.execute("ALTER TABLE appointment ADD COLUMN interpreter_id INTEGER REFERENCES schedule (id)")
    for column in _of_appointment():
        op.add_column("appointment", column)
    op.drop_index("uq_appointment_live_start", table_name="appointment")
    if op.get_context().dialect.name == "sqlite":
        for event in ("insert", "update"):
            op.execute(f"DROP TRIGGER appointment_no_overlap_{event}")
    else:
        op.execute("ALTER TABLE appointment DROP CONSTRAINT appointment_no_overlap")
    op.create_index("ix_appointment_schedule_id_start_at", "appointment", ["schedule_id", "start_at"])
    op.create_index("ix_appointment_status_start_at", "appointment", ["status", "start_at"])


def _participants() -> None:
    op.create_table(
        "participant",
        sa.Column("appointment_id", sa.String(length=32), nullable=False),
        sa.Column("schedule_id", sa.Integer(), nullable=False),
        sa.Column("busy_from", INSTANT, nullable=False),
        sa.Column("busy_until", INSTANT, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["appointment_id"], ["appointment.id"], name="fk_participant_appointment_id"),
        sa.ForeignKeyConstraint(["schedule_id"], ["schedule.id"], name="fk_participant_schedule_id"),
        sa.PrimaryKeyConstraint("appointment_id", "schedule_id", name="pk_participant"),
    )
    op.create_index("ix_participant_schedule_id_busy_from", "participant", ["schedule_id", "busy_from", "busy_until"])
    op.execute(
        "INSERT INTO participant (appointment_id, schedule_id, busy_from, busy_until, day) "
        "SELECT id, schedule_id, start_at, end_at, DATE(start_at) FROM appointment "
        "WHERE status IN ('held', 'booked')"
    )
    if op.get_context().dialect.name == "sqlite":
        op.execute(SQLITE_OVERLAP.format(event="INSERT", but=""))
        op.execute(SQLITE_OVERLAP.format(event="UPDATE", but=BUT_ITSELF))
    else:
        op.execute(POSTGRESQL_OVERLAP)


def downgrade() -> None:
    """Back. Where somebody is booked beside the times before and after, the older guard would refuse it: it cannot."""
    op.drop_column("case_file", "also_speaks")
    op.drop_table("participant")
    op.drop_index("ix_appointment_status_start_at", table_name="appointment")
    op.drop_index("ix_appointment_schedule_id_start_at", table_name="appointment")
    op.drop_column("appointment", "interpreter_id")
    for column in _of_appointment():
        op.drop_column("appointment", column.name)
    op.create_index(
        "uq_appointment_live_start",
        "appointment",
        ["schedule_id", "start_at"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    if op.get_context().dialect.name == "sqlite":
        for event in ("insert", "update"):
            op.execute(SQLITE_OVERLAP_BEFORE.format(event=event))
    else:
        op.execute(POSTGRESQL_OVERLAP_BEFORE)
    for column in _of_slot():
        op.drop_column("slot", column.name)
    op.drop_table("schedule_exception")
    op.drop_table("schedule_window")
    op.drop_index("uq_schedule_feed_hash", table_name="schedule")
    for column in _of_schedule():
        op.drop_column("schedule", column.name)


def _instant(value: object) -> datetime:
    """SQLite gives a text without a zone."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _of_schedule() -> list[sa.Column]:
    return [
        sa.Column("minutes", sa.Integer(), nullable=False, server_default="40"),
        sa.Column("before", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("after", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("notice", sa.Integer(), nullable=False, server_default="120"),
        sa.Column("horizon", sa.Integer(), nullable=False, server_default="56"),
        sa.Column("most_per_day", sa.Integer(), nullable=True),
        sa.Column("holidays_of", sa.String(length=2), nullable=True),
        sa.Column("feed_hash", sa.String(length=64), nullable=True),
    ]


def _of_slot() -> list[sa.Column]:
    return [
        sa.Column("busy_from", INSTANT, nullable=False, server_default=LONG_AGO),
        sa.Column("busy_until", INSTANT, nullable=False, server_default=LONG_AGO),
        sa.Column("closes_at", INSTANT, nullable=False, server_default=LONG_AGO),
        sa.Column("day", sa.Date(), nullable=False, server_default=LONG_AGO[:10]),
        sa.Column("minute", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("minutes", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("made_by", sa.String(length=4), nullable=False, server_default="hand"),
    ]


def _of_appointment() -> list[sa.Column]:
    return [
        sa.Column("wall", sa.String(length=40), nullable=False, server_default=""),
        sa.Column("clock_moved_at", INSTANT, nullable=True),
        sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("absent", sa.String(length=8), nullable=True),
    ]
