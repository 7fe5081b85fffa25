"""HTTP for the intake."""
