"""Verbs about subscriptions."""
