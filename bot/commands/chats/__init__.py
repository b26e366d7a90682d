"""Verbs about a chat: its settings, how it stands, what was changed in it."""
