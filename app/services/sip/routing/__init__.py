"""Where a call would go: the rules of livekit-server, as pure functions."""
