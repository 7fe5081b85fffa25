"""What reaches over all of an instance: its first start, its health, the clock's work."""
