"""HTTP for booking: choose a time and confirm it, look at it, move it, cancel it."""
