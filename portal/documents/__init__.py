"""Documents of a case: accepted, sealed from the first byte, listed, opened at the desk, destroyed."""

from portal.documents.views import blueprint

__all__ = ["blueprint"]
