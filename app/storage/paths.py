"""Paths of stored files: parts that every storage takes, and that lead nowhere else."""

import hashlib
import re

PART = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,199}", re.ASCII)
LONGEST = 700  # bytes; object storage takes 1,024, its prefix included
LONGEST_KEY = 1024  # bytes, of S3
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}", re.ASCII)


def checked(path: str) -> str:
    """Return a path such as `conversations/AJ_1/recording.ogg`.

    Raises ValueError for an empty or hidden part, `..`, and any other character.
    """
    if len(path) > LONGEST or not all(map(PART.fullmatch, path.split("/"))):
        raise ValueError(f"not a path of a stored file: {path[:80]!r}")
    return path


def foreign(path: str) -> str:
    """Return the path of a file that somebody else named: any text that leads nowhere else.

    Raises ValueError for an empty part, `.` or `..`, and for control characters.
    """
    parts = path.split("/")
    if {"", ".", ".."} & set(parts) or not is_plain_text(path):
        raise ValueError(f"not a path that can be reached: {path[:80]!r}")
    return path


def is_plain_text(path: str) -> bool:
    """Return whether a path is UTF-8 without control characters, and not too long for S3."""
    try:
        is_short = len(path.encode()) <= LONGEST_KEY
    except UnicodeEncodeError:
        return False
    return is_short and not CONTROL.search(path)


def part_for(name: str) -> str:
    """Return a part of a path for any name: the name itself if it is plain, or else its digest."""
    if PLAIN.fullmatch(name):
        return name
    # names may have lone surrogates
    return f"~{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:40]}"
