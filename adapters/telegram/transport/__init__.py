"""How updates come in: by long poll or webhook."""
