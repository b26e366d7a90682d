"""Acronyms: the tables that people look through, and the definitions that a paper brings itself."""
