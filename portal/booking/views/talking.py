"""How to talk at a time: the form, what it offers and what it keeps; and booking with it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from portal.booking.forms import INTERPRETERS, ConfirmForm, channels
from portal.booking.models import Schedule
from portal.booking.service import keeping, reserve
from portal.booking.service.typed import forget_typed, keep_typed, typed_last
from portal.booking.views.shown import HERE, log, taken
from portal.booking.ways import OtherWay
from portal.cases.entry import at_hand
from portal.extensions import db
from portal.i18n import N_
from portal.i18n import gettext as _
from portal.transaction import transaction
from portal.web.forms import filled_in
from portal.web.parts import now, parts

REFUSALS = (
    reserve.SlotTaken,
    reserve.OtherTimeKept,
    reserve.NoMore,
    reserve.AlreadyBooked,
    reserve.NothingBooked,
)
NOT_SO = N_("At this time we cannot talk in the way that you chose. Please choose one of these.")


def details_form() -> ConfirmForm:
    """How to talk, with the ways that this office offers, and with what was typed for a time that is gone."""
    form = ConfirmForm()
    form.country, form.offered = at_hand().country, channels(parts().settings)
    if not filled_in():
        said = typed_last(db.session(), parts().keyring, at_hand().case_id)
        form.channel.data = said.get("channel") if said.get("channel") in form.offered else next(iter(form.offered))
        form.phone.data, form.interpreter.data = said.get("phone") or "", said.get("interpreter", "no")
    return form


def offer_ways(form: ConfirmForm, schedule: Schedule) -> None:
    """Only the ways of whoever has the time, within those of the office."""
    form.offered = channels(parts().settings, schedule)
    if not filled_in() and form.channel.data not in form.offered:
        form.channel.data = next(iter(form.offered))


def details_choices(form: ConfirmForm) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen there, in words."""
    return {
        "channels": [(code, _(words)) for code, words in form.offered.items()],
        "interpreters": [(code, _(words)) for code, words in INTERPRETERS.items()],
    }


def settle(
    form: ConfirmForm,
    here: str,
    page: Callable[[], ResponseReturnValue],
    *,
    anew: Callable[[ConfirmForm], None],
) -> ResponseReturnValue:
    """Book the time that the page showed, and lead to it; or to where the family goes on, with what it typed.

    Shows the `page` once more, asked `anew`, where whoever has the time does not talk in this way.
    """
    try:
        _book(form)
    except reserve.SlotTaken:
        keep_what_was_typed(form)
        return taken(at_hand().case, HERE, form.slot.data)
    except OtherWay:
        anew(form)
        return page()
    except reserve.OtherTimeKept:
        keep_what_was_typed(form)
        return redirect(url_for(here), 303)  # which shows the time that is kept, or offered, now
    except reserve.NothingBooked:
        return redirect(url_for("booking.book", cancelled=1), 303)  # an old page, sent again after the cancelling
    except (reserve.AlreadyBooked, reserve.NoMore):
        pass  # pressed twice, or it has taken place: the next page says so
    return redirect(url_for("booking.appointment"), 303)


def ask_anew(form: ConfirmForm, *, moving: bool = False) -> None:
    """Whoever has the time does not talk in this way: it is kept, and the page asks how to talk."""
    with suppress(*REFUSALS), transaction() as session:
        keeping.take_again(session, at_hand().case_id, form.slot.data or "", now=now(), moving=moving)
    say_not_so(form)


def say_not_so(form: ConfirmForm) -> None:
    """Whoever has the time does not talk in this way."""
    form.channel.errors = [_(NOT_SO)]


def keep_what_was_typed(form: ConfirmForm) -> None:
    """The time is gone, what was said about the conversation is not: the next page has it."""
    with transaction() as session:
        keep_typed(session, parts().keyring, at_hand().case_id, form.said())


def _book(form: ConfirmForm) -> None:
    """Book the time that the page showed; raises as `reserve.book` does."""
    here, said = parts(), form.said()
    with transaction() as session:
        made = reserve.book(
            session,
            here.keyring,
            at_hand().case_id,
            **said,
            settings=here.settings,
            now=now(),
            token=form.slot.data,
        )
        forget_typed(session, at_hand().case_id)
        log(session, "appointment.booked", made.id)
