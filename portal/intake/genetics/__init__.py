"""What can be reckoned from a genetic report, for coordinators only, and always to be checked. It decides nothing."""
