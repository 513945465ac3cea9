"""The label of a status or type, and the tables that labels are kept in."""

from enum import StrEnum
from typing import NamedTuple


class Label(NamedTuple):
    """How one value is shown; `tone` is the badge's: `ok`, `warn`, `bad` or empty."""

    text: str
    tone: str
    meaning: str


Labels = dict[type[StrEnum], dict[StrEnum, Label]]

NEWER = Label("unknown", "", "A value that this version of the dashboard does not recognize.")
