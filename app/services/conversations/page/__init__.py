"""What the page of one conversation shows."""
