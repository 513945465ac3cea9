"""What agents heard, said and did, as livekit-agents uploads it, and what is shown of it."""
