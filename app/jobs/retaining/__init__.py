"""The job of the day: what it removes, by kind."""
