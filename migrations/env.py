"""Runs the migrations with the application's engine. Imports no models."""

from alembic import context

from portal.extensions import db
from portal.transaction import writing


def run() -> None:
    """Upgrade or downgrade in one transaction."""
    engine = db.engine
    with engine.connect().execution_options(**writing(engine.dialect.name)) as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=engine.dialect.name == "sqlite",
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
