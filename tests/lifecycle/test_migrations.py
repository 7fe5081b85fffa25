"""One history, up and down, on both databases, with data in it; and it makes what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from portal.extensions import db
from portal.lifecycle.schema import downgrade, upgrade
from tests.booking.scene import AT_NINE, Scene
from tests.booking.waiting_scene import offer, waits
from tests.support.application import both_databases
from tests.support.visitor import Visitor

pytestmark = both_databases


def test_the_schema_is_what_the_models_say(app_context):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, db.metadata) == []


def test_the_history_runs_down_and_up_again_with_data(app, clock):
    Visitor(app).begin().answer("person")
    with app.app_context():
        downgrade("base")
        down = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
        upgrade()
        up = set(inspect(db.engine).get_table_names())
    assert (down, "case_file" in up) == (set(), True)


def test_before_the_waiting_list_what_was_offered_is_a_hold_that_lapsed(app, clock):
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.coordinator(), AT_NINE)
        waits(scene, "parent@family.example")
        offer(scene)
        downgrade("0005")
        states = db.session.scalars(text("SELECT status FROM appointment")).all()
        people = db.session.scalars(text("SELECT schedule_id FROM participant")).all()
        db.session.rollback()
        upgrade()
    assert (states, people) == (["lapsed"], [])
