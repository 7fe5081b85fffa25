"""An interpreter sees the conversations that the office booked with them, and no health data."""

from tests.booking.scene import AT_NINE, Scene, token
from tests.staff.colleague import Colleague, employ
from tests.support.visitor import Visitor

PHONE = {"channel": "phone", "phone": "+33 1 23 45 67 89"}


def test_a_conversation_that_needs_them_stands_on_their_page(app, clock):
    employ(app, "coordinator", email="one@clinic.example", speaks=("en",))
    helper = employ(app, "interpreter", email="two@clinic.example", speaks=("fr",))
    with app.app_context():
        scene = Scene(app)
        scene.times(scene.schedule_of("one@clinic.example"), AT_NINE)
        scene.times(scene.schedule_of("two@clinic.example"), AT_NINE, minutes=240)
    family = Visitor(app, "fr").begin().answer("person")
    family.post("/case/book", slot=token())
    family.post("/case/book/confirm", **PHONE)
    main = Colleague(app, "en").sign_in(helper).page("/appointments").main
    assert ("You interpret these conversations" in main, family.reference() in main) == (True, True)
    assert "Monday, 8 March 2027, 09:00 (Istanbul, UTC+3)" in main
    assert "On the family’s clock: Monday, 8 March 2027, 07:00 (Paris, UTC+1)" in main
