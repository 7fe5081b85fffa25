"""The desk's list of cases finds its rows by an index: changed last first, of every state."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_index("ix_case_file_changed_at", "case_file", ["changed_at", "id"], unique=False)
    op.drop_index("ix_case_file_state_changed_at", table_name="case_file")


def downgrade() -> None:
    """Back."""
    op.create_index("ix_case_file_state_changed_at", "case_file", ["state", "changed_at"], unique=False)
    op.drop_index("ix_case_file_changed_at", table_name="case_file")
