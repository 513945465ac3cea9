"""Traces and logs of conversations: their rows, and what their raw batches say besides."""
