"""Verbs that ask for papers."""
