"""Verbs about a person's own papers and data."""
