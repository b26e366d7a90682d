"""Words behind each kind of verb, read into the fields of a line."""
