"""Usage: how much happened in a time, counted from history by hour and by day."""
