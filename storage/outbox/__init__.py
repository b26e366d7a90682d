"""Deliveries: enqueued, claimed, settled."""
