"""Information, consent and safety texts: versioned Markdown by language, and the pages that only inform."""

from portal.pages.views import blueprint

__all__ = ["blueprint"]
