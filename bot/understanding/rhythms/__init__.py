"""Rules on words of how often."""
