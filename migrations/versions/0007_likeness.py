"""Which cases may be one person: a keyed hash of contact and month of birth together. A worker fills what there is."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Forwards."""
    # Empty of a value means that nobody has looked yet: births are sealed, and a migration holds no keys.
    op.add_column("case_file", sa.Column("likeness", sa.String(length=64), nullable=True))
    op.create_index("ix_case_file_likeness", "case_file", ["likeness"], unique=False)


def downgrade() -> None:
    """Back."""
    op.drop_index("ix_case_file_likeness", table_name="case_file")
    op.drop_column("case_file", "likeness")
