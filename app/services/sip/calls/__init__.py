"""Calls, and dialing out."""
