"""What a line does: one function a verb, one line in the table."""
