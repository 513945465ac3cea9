"""The drawing of a session: who was there and when, as lanes on a scale of time."""
