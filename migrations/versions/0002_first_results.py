"""First results of forms; when a job was last touched; drafts instead of letters in the outbox."""

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
    # Sealed values are bound to their column: what waits in the old one could not be opened in the new one.
    op.execute("DELETE FROM message")
    op.execute("DELETE FROM job WHERE kind = 'mail.send'")
    with op.batch_alter_table("message") as message:
        message.alter_column("letter", new_column_name="draft", existing_type=sa.LargeBinary(), existing_nullable=False)


def downgrade() -> None:
    """Back."""
    op.execute("DELETE FROM message")
    op.execute("DELETE FROM job WHERE kind = 'mail.send'")
    with op.batch_alter_table("message") as message:
        message.alter_column("draft", new_column_name="letter", existing_type=sa.LargeBinary(), existing_nullable=False)
    with op.batch_alter_table("job") as job:
        job.drop_column("touched_at")
    op.drop_index("ix_first_result_until", table_name="first_result")
    op.drop_table("first_result")
