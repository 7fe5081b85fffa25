"""What can be done with times: open, close, hold, book, cancel."""
