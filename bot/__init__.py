"""Paperwire's core: it decides what is said to whom, and knows no platform, no HTTP and no SQL."""
