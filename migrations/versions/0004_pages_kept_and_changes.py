"""Late pages are kept; changes after sending are kept beside the case; each case says who fills it in."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
SEALED = sa.LargeBinary()


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "parked_form",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("owner_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("content", SEALED, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_parked_form_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_parked_form"),
    )
    op.create_index("ix_parked_form_case_id", "parked_form", ["case_id"], unique=False)
    op.create_index("ix_parked_form_owner_hash", "parked_form", ["owner_hash"], unique=False)
    op.create_index("ix_parked_form_until", "parked_form", ["until"], unique=False)
    op.create_table(
        "case_change",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("part", sa.String(length=40), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("author_id", sa.String(length=32), nullable=False),
        sa.Column("told_at", INSTANT, nullable=True),
        sa.Column("content", SEALED, nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["respondent.id"], name="fk_case_change_author_id"),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name="fk_case_change_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case_change"),
    )
    op.create_index("ix_case_change_case_id", "case_change", ["case_id"], unique=False)
    op.add_column("case_file", sa.Column("answers_until", INSTANT, nullable=True))
    op.add_column("case_file", sa.Column("role", SEALED, nullable=True))  # where empty, the respondent's own counts
    op.add_column("case_file", sa.Column("urgent_by", sa.String(length=32), nullable=True))
    op.add_column("case_file", sa.Column("urgent_at", INSTANT, nullable=True))
    op.execute(
        "UPDATE case_file SET answers_until = (SELECT start_at FROM appointment "
        "WHERE appointment.case_id = case_file.id AND appointment.status = 'booked')"
    )


def downgrade() -> None:
    """Back."""
    # Dropped one by one: as a batch SQLite would make the table anew, which others refer to.
    for name in ("urgent_at", "urgent_by", "role"):
        op.drop_column("case_file", name)
    op.drop_column("case_file", "answers_until")
    op.drop_table("case_change")
    op.drop_table("parked_form")
