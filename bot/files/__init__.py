"""Papers and subscriptions as files that other programs read."""
