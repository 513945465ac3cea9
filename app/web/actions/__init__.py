"""Actions: what is reported of one on many items, and where one returns to."""
