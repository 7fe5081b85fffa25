"""Booking: schedules, slots, holds and appointments that cannot overlap."""
