"""What the operator sets, and what is written of the running."""
