"""The database: its file, tables, faults and steps."""
