"""First results of forms; when a job was last touched."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Forwards."""
    op.create_table(
        "first_result",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_first_result"),
        sa.UniqueConstraint("token_hash", name="uq_first_result_token_hash"),
    )
    op.create_index("ix_first_result_until", "first_result", ["until"], unique=False)
    with op.batch_alter_table("job") as job:
        job.add_column(sa.Column("touched_at", INSTANT, nullable=True))


def downgrade() -> None:
    """Back."""
    with op.batch_alter_table("job") as job:
        job.drop_column("touched_at")
    op.drop_index("ix_first_result_until", table_name="first_result")
    op.drop_table("first_result")
