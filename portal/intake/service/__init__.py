"""What can be done with answers: read and save, keep what comes late, tell what changed."""
