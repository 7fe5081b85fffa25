"""The waiting list: what families wish, since when they wait, and times that are offered to them."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ONE_EACH = "uq_appointment_case_live"
LIVE, LIVE_BEFORE = "status IN ('held', 'booked', 'offered')", "status IN ('held', 'booked')"


def upgrade() -> None:
    """Forwards."""
    op.add_column("case_file", sa.Column("waits_since", INSTANT, nullable=True))
    op.create_table(
        "waiting",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("weekdays", sa.String(length=16), nullable=False),
        sa.Column("begin", sa.String(length=5), nullable=False),
        sa.Column("end", sa.String(length=5), nullable=False),
        sa.Column("languages", sa.String(length=200), nullable=False),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_waiting_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_waiting"),
        sa.UniqueConstraint("case_id", name="uq_waiting_case_id"),
    )
    _one_of_each_for_a_case(LIVE)


def downgrade() -> None:
    """Back. What was offered is offered no more: it is a hold that has lapsed, and needs nobody."""
    op.execute("DELETE FROM participant WHERE appointment_id IN (SELECT id FROM appointment WHERE status = 'offered')")
    op.execute("UPDATE appointment SET status = 'lapsed' WHERE status IN ('offered', 'declined', 'unanswered')")
    _one_of_each_for_a_case(LIVE_BEFORE)
    op.drop_table("waiting")
    op.drop_column("case_file", "waits_since")


def _one_of_each_for_a_case(live: str) -> None:
    op.drop_index(ONE_EACH, table_name="appointment")
    where = {"sqlite_where": sa.text(live), "postgresql_where": sa.text(live)}
    op.create_index(ONE_EACH, "appointment", ["case_id", "status"], unique=True, **where)
