"""Copies of a database: written while it is in use, kept in generations, put back."""
