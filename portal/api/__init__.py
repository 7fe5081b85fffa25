"""The machine-readable doors: free times for the clinic's own site, and a coordinator's calendar."""

from portal.api.blueprint import blueprint

__all__ = ["blueprint"]
