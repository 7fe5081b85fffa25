"""By which ways the person of a calendar talks. Nothing named means all that the office offers, as before."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    op.add_column("schedule", sa.Column("channels", sa.String(length=40), nullable=False, server_default=""))


def downgrade() -> None:
    """Back."""
    op.drop_column("schedule", "channels")
