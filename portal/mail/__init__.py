"""Mail: a letter is written, kept in the outbox with what it tells, and sent by the worker."""
