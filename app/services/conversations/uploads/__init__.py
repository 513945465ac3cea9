"""Uploads of agents: whose they are, how they are packed, and how they are answered."""
