"""Rooms, participants and tracks."""
