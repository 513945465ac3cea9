"""Trunks and dispatch rules as a file."""
