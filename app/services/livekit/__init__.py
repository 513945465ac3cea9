"""The boundary to LiveKit's SDK: calls, errors, messages."""
