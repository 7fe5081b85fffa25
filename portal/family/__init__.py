"""The family's way through: home, start, coming back, the task list, check and send."""

from portal.family.blueprint import blueprint

__all__ = ["blueprint"]
