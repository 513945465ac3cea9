"""Words that somebody searches transcripts for, and where they are in a line.

The databases decide which lines match (app/store/dialects.py); what is marked is found again here,
so that no markup goes through a database. A line in which nothing is found is shown unmarked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.services.audit.writing import storable
from app.store.words import BEGINNING

MOST_WORDS = 10
LONGEST_WORD = 100
BEFORE = 60  # characters before the first word
LONGEST = 240  # characters of a snippet
SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a line; a marked one is a word that was searched for."""

    text: str
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A part of a line of a conversation; `kind` and `role` are the item's."""

    kind: str
    role: str
    name: str
    fragments: Sequence[Fragment]


def words_in(q: str) -> tuple[str, ...]:
    """Return the words to search for; what has no letter and no digit is no word."""
    found = (_trimmed(storable(word)[:LONGEST_WORD]) for word in q.replace("\0", " ").split())
    return tuple(filter(None, found))[:MOST_WORDS]


def fragments(text: str, words: Sequence[str]) -> list[Fragment]:
    """Return the part of a text around the first of the words, with all of them marked."""
    text = SPACES.sub(" ", text).strip()
    pattern = _pattern(words)
    first = pattern.search(text)
    start = max(0, first.start() - BEFORE) if first else 0
    if start:  # at the beginning of a word, if one is near
        start = text.find(" ", start, start + BEFORE // 2) + 1 or start
    end = min(len(text), start + LONGEST)
    shown = [Fragment("\u2026")] if start else []
    shown += _marked(text[start:end], pattern)
    return [*shown, Fragment("\u2026")] if end < len(text) else shown


def _marked(text: str, pattern: re.Pattern[str]) -> Iterator[Fragment]:
    last = 0
    for each in pattern.finditer(text):
        if each.start() > last:
            yield Fragment(text[last : each.start()])
        yield Fragment(each[0], marked=True)
        last = each.end()
    if last < len(text):
        yield Fragment(text[last:])


def _pattern(words: Sequence[str]) -> re.Pattern[str]:
    """Return what finds the words in any case: whole ones, and words that begin as the last."""
    endings = [r"\b"] * len(words)
    if len(words[-1]) >= BEGINNING:
        endings[-1] = r"\w*"
    found = [re.escape(word) + ending for word, ending in zip(words, endings, strict=True)]
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})", re.IGNORECASE)


def _trimmed(word: str) -> str:
    """Return a word without the punctuation around it, which no database looks at."""
    start, end = 0, len(word)
    while start < end and not word[start].isalnum():
        start += 1
    while start < end and not word[end - 1].isalnum():
        end -= 1
    return word[start:end]
