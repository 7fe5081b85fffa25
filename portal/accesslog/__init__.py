"""Who looked at or changed what: append-only, chained, with a pseudonym instead of the case."""
