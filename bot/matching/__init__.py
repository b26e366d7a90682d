"""Which papers meet which standing queries, and in which order people want them."""
