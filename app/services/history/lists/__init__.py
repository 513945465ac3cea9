"""Lists of history: pages of bounded cost, and ranges of time."""
