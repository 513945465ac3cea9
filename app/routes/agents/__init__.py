"""Agents, their dispatches, and their workers."""
