"""Rules on words of time."""
