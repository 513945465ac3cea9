"""The documentation, as pages of the dashboard."""
