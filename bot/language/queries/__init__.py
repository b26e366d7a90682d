"""Queries: from a person's words to what holds for a paper."""
