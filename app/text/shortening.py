"""Texts that go into a response header, however long the names are that they quote."""

import json

LONGEST = 300  # characters
LARGEST = 1000  # bytes as JSON, in which a character takes up to 12


def shortened(text: str) -> str:
    """Cut a text to what fits into a cookie or a header beside others (4 KB in all)."""
    short = text[:LONGEST]
    while len(json.dumps(short)) > LARGEST:
        short = short[:-10]
    return text if short == text else f"{short}\u2026"
