"""Tokens: made, decoded, tried."""
