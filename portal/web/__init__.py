"""The shell that every page shares: rendering, sessions, errors, headers, limits, components. Never a feature."""

from portal.web.views import blueprint

__all__ = ["blueprint"]
