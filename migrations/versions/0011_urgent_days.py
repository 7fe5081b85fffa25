"""Hours of single days can be kept for urgent cases, as weekly hours are. Those that there are stay for everybody."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    urgent = sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("schedule_exception", urgent)


def downgrade() -> None:
    """Back."""
    op.drop_column("schedule_exception", "urgent")
