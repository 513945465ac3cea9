"""The one table of LiveKit's states and kinds: label, tone and what each means."""

from enum import StrEnum

from app.labels.agents import AGENTS
from app.labels.label import NEWER, Word, Words
from app.labels.media import MEDIA
from app.labels.telephony import TELEPHONY
from app.services.server.states import Reach
from app.services.tokens.states import Verdict

WORDS: Words = {
    **MEDIA,
    **TELEPHONY,
    **AGENTS,
    Reach: {
        Reach.REACHABLE: Word("reachable", "ok", "It is at work now."),
        Reach.ABSENT: Word("not reachable", "warn", "The server itself says that it has none."),
        Reach.UNKNOWN: Word("unknown", "", "Nothing that can be asked from here tells."),
    },
    Verdict: {
        Verdict.GOOD: Word("good", "ok", "Nothing stands against it."),
        Verdict.NOTE: Word("note", "warn", "It works, but not as one might think."),
        Verdict.BAD: Word("fails", "bad", "It does not work so."),
        Verdict.UNKNOWN: Word("not known", "", "It could not be found out, or was not asked."),
    },
}


def word(value: StrEnum) -> Word:
    """Give how a value reads."""
    return WORDS[type(value)][value]


def states(kind: str) -> list[StrEnum]:
    """Give the values of a kind to choose from."""
    table = next(table for known, table in WORDS.items() if known.__name__ == kind)
    return [value for value, said in table.items() if said is not NEWER]


def labels(kind: str) -> list[tuple[StrEnum, str]]:
    """Give the values of a kind with their labels, as a list's filter offers them."""
    said = [(value, word(value).label) for value in states(kind)]
    return [(value, label[:1].upper() + label[1:]) for value, label in said]


def choices(kind: str) -> list[tuple[StrEnum, str]]:
    """Give the values of a kind with their meanings, as a form's select offers them."""
    return [(value, word(value).meaning.removesuffix(".")) for value in states(kind)]
