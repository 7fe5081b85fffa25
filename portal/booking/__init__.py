"""Booking: schedules, slots, holds and appointments that cannot overlap."""

from portal.booking.views import blueprint

__all__ = ["blueprint"]
