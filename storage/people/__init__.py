"""People: their reading lists, what they changed, and what is forgotten."""
