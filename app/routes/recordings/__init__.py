"""Pages of recordings: the files that egress left."""
