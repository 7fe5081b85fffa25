"""A time that a change of the rules takes away at the moment in which somebody closes or opens it by hand."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.booking.models import CLOSED, Slot, Window
from portal.booking.service import schedules
from portal.extensions import db
from portal.transaction import transaction
from tests.booking.meanwhile import LOCK_OF_CALENDAR, in_context, on_postgresql, once_before
from tests.booking.scene import NOW, Scene


def press(slot_id: str, button: str) -> None:
    with transaction() as session:
        if button == "close":
            schedules.close_slot(session, slot_id, now=NOW)
        else:
            schedules.open_again(session, slot_id, clinic_zone="Europe/Istanbul", now=NOW)


@on_postgresql
@pytest.mark.parametrize("button", ["close", "open"])
def test_it_is_gone_for_whoever_presses_the_button(scene: Scene, button):
    one = scene.coordinator()
    scene.window(one, "09:00-11:00")
    scene.make(one)
    slot_id = db.session.scalars(db.select(Slot.id)).first()
    if button == "open":
        press(slot_id, "close")

    def remove() -> None:
        with transaction() as session:
            session.execute(db.delete(Window))
            session.execute(db.delete(Slot).where(Slot.status == CLOSED))
        scene.make(one)

    with (
        ThreadPoolExecutor(1) as pool,
        once_before(LOCK_OF_CALENDAR, lambda: pool.submit(in_context, scene.app, remove).result()),
        pytest.raises(LookupError),
    ):
        press(slot_id, button)
