"""What belongs to a session besides its participants: egress, ingress and webhooks."""
