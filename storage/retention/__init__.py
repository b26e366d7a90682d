"""What ends: rows that are done long ago go, and what must never be forgotten of them stays."""
