"""Forms of rooms and participants."""
