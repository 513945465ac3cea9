"""The webhooks in the store, and those that were refused, of all instances."""
