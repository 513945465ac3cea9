"""What LiveKit answered within CACHE_SECONDS."""
