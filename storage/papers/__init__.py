"""The archive: papers and list days."""
