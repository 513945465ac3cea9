"""Agent workers by what they say of themselves: LiveKit doesn't list them."""
