"""What Paperwire keeps. Rows never leave this package; the core's values do."""
