"""Access tokens: made, read and judged."""
