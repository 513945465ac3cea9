"""Live updates: what changed, published to the open pages of every instance."""
