"""The staff side: cases, times, people, messages."""

from portal.desk.blueprint import blueprint

__all__ = ["blueprint"]
