"""Names of people and institutions, however they are written."""
