"""Insights: how the conversations of a time went, by agent, version and model."""
