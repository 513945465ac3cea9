"""Recordings of conversations: their sound, and how loud it is over time."""
