"""Where papers come from: a module a feed, and what they share."""
