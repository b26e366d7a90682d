"""The grammar of a line: verb, query, days, options."""
