"""Booking: schedules, slots, holds and appointments that cannot overlap."""

from portal.booking.blueprint import blueprint

__all__ = ["blueprint"]
