"""When something that calendars must learn of changed last about a consultation, beside when it was booked or moved."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards. Nothing is known of what changed before; those say when they were booked, as until now."""
    op.add_column("appointment", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Back."""
    op.drop_column("appointment", "changed_at")
