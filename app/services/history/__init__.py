"""History: what was in LiveKit, from its webhooks and its lists; only with a store."""
