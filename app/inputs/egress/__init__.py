"""Forms that start recordings and streams."""
