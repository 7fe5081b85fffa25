"""Background work as rows: claimed with a lease, worked off by one loop, any number of workers."""
