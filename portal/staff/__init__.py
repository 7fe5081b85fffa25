"""People of the office: roles as data, languages they speak, sign-in with password and a second factor."""

from portal.staff.views import blueprint

__all__ = ["blueprint"]
