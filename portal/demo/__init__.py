"""The demo clinic: fictitious people, open times, and a mailbox. Only ever on loopback."""
