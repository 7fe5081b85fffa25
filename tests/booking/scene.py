"""A clinic and its families, made through the services: who has which times, and who asks for one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask import Flask
from sqlalchemy import insert

from portal.booking.bands import Band
from portal.booking.hours import Offer
from portal.booking.models import BY_HAND, Appointment, Difference, Schedule, Slot, Window
from portal.booking.service import change, reserve, schedules
from portal.booking.service.cancel import cancel
from portal.booking.service.making import Made, make_ahead, slot_values
from portal.booking.service.offers import Asker, Offering, asker_of, free_times
from portal.booking.slots import Span, token_of
from portal.cases.models import Case
from portal.cases.service.start import Beginning, begin_case
from portal.extensions import db
from portal.intake.questionnaire.store import current
from portal.mail.draft import Draft
from portal.mail.layout import write
from portal.mail.letter import Letter
from portal.mail.models import OutboxMessage
from portal.mail.outbox import open_draft
from portal.staff import service as staff
from portal.transaction import transaction
from tests.support.calendars import well_formed

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
MONDAY = date(2027, 3, 8)
AT_NINE = datetime(2027, 3, 8, 6, 0, tzinfo=UTC)  # nine o'clock in Istanbul
MINUTES = 40


def token(start: datetime = AT_NINE, minutes: int = MINUTES) -> str:
    """The value of a time in the form."""
    return token_of(start, start + timedelta(minutes=minutes))


@dataclass
class Scene:
    """Calls the services as the edge does, each in a transaction of its own."""

    app: Flask

    def __post_init__(self) -> None:
        parts = self.app.extensions["portal"]
        self.keyring, self.settings = parts.keyring, parts.settings

    def everybody(self, speaking: Mapping[str, tuple[str, ...]]) -> dict[str, int]:
        """Calendars by name, of people with these languages; an `ear` is an interpreter."""
        return {
            name: self.coordinator(name, speaks, role="interpreter" if name == "ear" else "coordinator")
            for name, speaks in speaking.items()
        }

    def coordinator(
        self, name: str = "one", speaks: tuple[str, ...] = ("fr",), language: str = "tr", role: str = "coordinator"
    ) -> int:
        """Add a person; returns the number of the schedule."""
        with transaction() as session:
            person, _invitation = staff.invite(
                session,
                self.keyring,
                email=f"{name}@clinic.example",
                name=f"Test {name}",
                language=language,
                time_zone="Europe/Istanbul",
                roles=role.split(),
                languages=list(speaks),
                now=NOW,
            )
            return schedules.schedule_of(session, person.id).id

    def times(self, schedule_id: int, *starts: datetime, minutes: int = MINUTES) -> None:
        """Offer times, overlapping or not."""
        with transaction() as session:
            schedule = session.get_one(Schedule, schedule_id)
            for start in starts:
                slot = Offer(Span(start, start + timedelta(minutes=minutes)), start.date())
                session.execute(insert(Slot), slot_values(schedule, slot, made_by=BY_HAND))

    def open_day(self, schedule_id: int, first: date = MONDAY, last: date | None = None) -> schedules.Opened:
        """Open a morning, nine to eleven in Istanbul, as an admin does."""
        with transaction() as session:
            return schedules.open_slots(
                session,
                session.get_one(schedules.Schedule, schedule_id),
                first=first,
                last=last or first,
                begin=time(9),
                end=time(11),
                minutes=MINUTES,
                weekdays=frozenset(range(7)),
                zone="Europe/Istanbul",
            )

    def family(
        self, email: str | None = "parent@family.example", language: str = "fr", zone: str = "Europe/Paris"
    ) -> str:
        """Begin a case; returns its id."""
        beginning = Beginning(language, email, {}, {}, current().id)
        with transaction() as session:
            case = begin_case(session, self.keyring, beginning, now=NOW).case
            case.time_zone, case.country = zone, "FR"
            return case.id

    def booked_case(self) -> str:
        """A family with a consultation at nine with the only coordinator; the address of its case at the desk."""
        self.open_day(self.coordinator())
        case_id = self.family()
        self.hold(case_id)
        self.book(case_id)
        return f"/cases/{self.drafts()[0].values['reference']}"

    def free(self, language: str = "fr", now: datetime = NOW, case_id: str | None = None) -> list[datetime]:
        """When there is something free."""
        db.session.rollback()
        found = free_times(db.session(), Asker((language,), case_id or ""), now=now, most=400)
        return [one.start_at for one in found.times]

    def offering(self, case_id: str, now: datetime = NOW, band: Band | None = None) -> Offering:
        """What this family is offered: in the languages it speaks, and within its day where a band is given."""
        db.session.rollback()
        asker = asker_of(db.session.get_one(Case, case_id))
        return free_times(db.session(), asker, now=now, band=band, most=400)

    def hold(self, case_id: str, start: datetime = AT_NINE, now: datetime = NOW, *, moving: bool = False) -> str:
        """Keep a time; returns the appointment's id."""
        with transaction() as session:
            return reserve.hold(session, case_id, token(start), now=now, moving=moving).id

    def book(self, case_id: str, now: datetime = NOW, **more: str) -> str:
        """Book what is kept; returns the appointment's id."""
        said = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no", **more}
        with transaction() as session:
            return reserve.book(session, self.keyring, case_id, settings=self.settings, now=now, **said).id

    def cancel(self, case_id: str, now: datetime = NOW) -> str:
        """Cancel what is booked; returns the appointment's id."""
        with transaction() as session:
            return cancel(session, self.keyring, case_id, settings=self.settings, now=now).id

    def move(self, case_id: str, start: datetime, now: datetime = NOW) -> str:
        """Put what is booked at the time that is kept; returns the appointment's id."""
        more = {"settings": self.settings, "now": now, "token": token(start)}
        with transaction() as session:
            return change.move(session, self.keyring, case_id, **more).id

    def talk(self, case_id: str, now: datetime = NOW, **said: str) -> str:
        """Talk in another way, or at another number; returns the appointment's id."""
        more = {"channel": "phone", "phone": "+33 1 23 45 67 89", "interpreter": "no", **said}
        with transaction() as session:
            return change.change_details(session, self.keyring, case_id, settings=self.settings, now=now, **more).id

    def change(self, kind: type[Case | Schedule], row_id: str | int, **values: object) -> None:
        """Set columns of a case or of a calendar."""
        with transaction() as session:
            row = session.get_one(kind, row_id)
            for name, value in values.items():
                setattr(row, name, value)

    def window(self, schedule_id: int, hours: str, weekday: int = 0, *, urgent: bool = False) -> str:
        """Weekly hours, as in `09:00-11:00`; returns the row's id."""
        begin, end = hours.split("-")
        made = Window(schedule_id=schedule_id, weekday=weekday, begin=begin, end=end, urgent=urgent)
        with transaction() as session:
            session.add(made)
            session.flush()
            return made.id

    def differ(self, schedule_id: int | None, kind: str, first: date, last: date | None = None, **more: str) -> None:
        """Days on which a calendar, or the whole clinic, differs."""
        with transaction() as session:
            session.add(Difference(schedule_id=schedule_id, kind=kind, first=first, last=last or first, **more))

    def make(self, schedule_id: int, now: datetime = NOW) -> Made:
        """Bring a calendar's times to its rules."""
        with transaction() as session:
            schedule = session.get_one(Schedule, schedule_id)
            return make_ahead(session, schedule, clinic_zone=self.settings.clinic_time_zone, now=now)

    def appointment(self, appointment_id: str) -> Appointment:
        """The row as it stands."""
        db.session.rollback()
        return db.session.get_one(Appointment, appointment_id)

    def letters(self, kind: str | None = None) -> list[Letter]:
        """What is in the outbox, of one kind, written out; calendar files are read by two libraries on the way."""
        return [well_formed(write(draft)) for draft in self.drafts(kind)]

    def drafts(self, kind: str | None = None) -> list[Draft]:
        """What is in the outbox, of one kind."""
        db.session.rollback()
        found = db.session.scalars(db.select(OutboxMessage).order_by(OutboxMessage.created_at)).all()
        return [open_draft(row, self.keyring) for row in found if kind in {None, row.kind}]

    def schedule_of(self, email: str) -> int:
        """The number of a person's schedule."""
        with transaction() as session:
            return schedules.schedule_of(session, staff.find_by_email(session, email).id).id
