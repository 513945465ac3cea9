"""History is compared with what LiveKit lists: what webhooks lost is inferred."""
