"""Guards of what programs send and LiveKit's keys sign: webhooks, and uploads of agents."""
