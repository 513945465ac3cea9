"""Recordings and streams out of a room."""
