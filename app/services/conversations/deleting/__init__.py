"""Delete conversations and their files: one, those of a caller, and those that are too old."""
