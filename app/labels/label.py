"""What the words of LiveKit's states and kinds are made of."""

from enum import StrEnum
from typing import NamedTuple


class Word(NamedTuple):
    """How one value reads; `tone` is `ok`, `warn`, `bad` or none, as the badges have it."""

    label: str
    tone: str
    meaning: str


Words = dict[type[StrEnum], dict[StrEnum, Word]]

NEWER = Word("unknown", "", "A value that this build of the dashboard does not know.")
