"""/webhooks: what LiveKit reported, whether a webhook is genuine, and samples to test with."""
