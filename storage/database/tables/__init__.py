"""The tables by subject. Every text is kept as valid Unicode, every time as UTC."""
