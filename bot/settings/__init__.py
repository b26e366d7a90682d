"""Settings of the operator, and the logs."""
