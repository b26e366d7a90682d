"""Verbs at work: one function each, one line in the table."""
