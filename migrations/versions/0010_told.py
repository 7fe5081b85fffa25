"""What the office did to a consultation, until the family knows; the languages that a family wished for with a time."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards. What was booked before is asked for in the languages of the family's record, as until now."""
    op.add_column("case_file", sa.Column("news", sa.LargeBinary(), nullable=True))
    op.add_column("appointment", sa.Column("asked", sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    """Back."""
    op.drop_column("appointment", "asked")
    op.drop_column("case_file", "news")
