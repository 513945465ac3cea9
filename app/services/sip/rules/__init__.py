"""Dispatch rules."""
