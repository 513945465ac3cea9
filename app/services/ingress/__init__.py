"""Streams into a room."""
