"""What may follow each kind of verb, read into the fields of a line."""
