"""All that knows LiveKit; one folder for each area."""
