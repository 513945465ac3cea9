"""Webhooks become rows of history, the same ones in whatever order they come."""
