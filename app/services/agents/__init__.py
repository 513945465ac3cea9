"""Agents and their dispatches."""
