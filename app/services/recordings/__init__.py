"""Recordings: the files that egress left, where they are, and whether they are still there."""
