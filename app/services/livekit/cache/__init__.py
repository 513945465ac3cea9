"""The cache of LiveKit's responses of the last CACHE_SECONDS."""
