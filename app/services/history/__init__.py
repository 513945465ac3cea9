"""History: what happened, projected from webhooks, reconciled with LiveKit, and read by pages."""
