"""The outside world: storage and cipher. Each is a promise, a real thing and a harmless twin; no Flask, no rows."""
