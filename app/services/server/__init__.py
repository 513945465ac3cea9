"""The services of the LiveKit server."""
