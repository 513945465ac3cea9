"""Conversations as files: JSON, text, WebVTT, and what was uploaded."""
