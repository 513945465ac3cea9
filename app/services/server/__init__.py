"""What the LiveKit server offers."""
