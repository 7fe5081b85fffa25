"""Lists find their rows by an index, in its order: cases changed last first; free times by begin and end."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.create_index("ix_case_file_changed_at", "case_file", ["changed_at", "id"], unique=False)
    op.drop_index("ix_case_file_state_changed_at", table_name="case_file")
    op.create_index("ix_slot_status_start_at_end_at", "slot", ["status", "start_at", "end_at", "schedule_id"])
    op.drop_index("ix_slot_status_start_at", table_name="slot")


def downgrade() -> None:
    """Back."""
    op.create_index("ix_slot_status_start_at", "slot", ["status", "start_at", "schedule_id"])
    op.drop_index("ix_slot_status_start_at_end_at", table_name="slot")
    op.create_index("ix_case_file_state_changed_at", "case_file", ["state", "changed_at"], unique=False)
    op.drop_index("ix_case_file_changed_at", table_name="case_file")
