"""PostgreSQL in SQLite's place: the door to it, its faults, and the search index that each machine keeps of it."""
