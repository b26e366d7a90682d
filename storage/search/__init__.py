"""Search: the full-text index and what it answers."""
