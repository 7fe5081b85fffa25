"""The demo clinic: fictitious people, open times, and a mailbox. Only ever on loopback."""

from portal.demo.views import blueprint

__all__ = ["blueprint"]
