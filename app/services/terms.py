"""What a list is filtered by: a text in its names, and `metadata:…` for a text in its metadata."""

import re
from collections.abc import Iterable
from functools import lru_cache

METADATA = re.compile(r'(?:^|(?<=\s))metadata:(?:"([^"]*)"?|(\S*))')


def contain(texts: Iterable[str], q: str) -> bool:
    """Return whether one of the texts contains `q`, which is casefolded; an empty one always is."""
    return not q or any(q in text.casefold() for text in texts)


@lru_cache(maxsize=64)
def terms(q: str) -> tuple[str, tuple[str, ...]]:
    """Return the text to find in names, and those to find in metadata; `q` is casefolded.

    `metadata:tenant-7` is one word; `metadata:"two words"` may have blanks.
    """
    metadata = tuple(quoted or word for quoted, word in METADATA.findall(q) if quoted or word)
    return METADATA.sub("", q).strip(), metadata


def in_metadata(metadata: str, parts: tuple[str, ...]) -> bool:
    """Return whether the metadata contains all parts, which are casefolded."""
    return not parts or all(part in metadata.casefold() for part in parts)
