"""Paths of stored files: parts that every storage takes, and that lead nowhere else."""

import hashlib
import re

PART = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,199}", re.ASCII)
LONGEST = 700  # bytes; object storage takes 1,024, its prefix included
PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}", re.ASCII)


def checked(path: str) -> str:
    """Return a path such as `conversations/AJ_1/recording.ogg`.

    Raises ValueError for an empty or hidden part, `..`, and any other character.
    """
    if len(path) > LONGEST or not all(map(PART.fullmatch, path.split("/"))):
        raise ValueError(f"not a path of a stored file: {path[:80]!r}")
    return path


def part_for(name: str) -> str:
    """Return a part of a path for any name: the name itself if it is plain, or else its digest."""
    if PLAIN.fullmatch(name):
        return name
    # names may have lone surrogates
    return f"~{hashlib.sha256(name.encode(errors='surrogatepass')).hexdigest()[:40]}"
