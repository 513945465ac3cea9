"""What callers and agents say to each other, word for word.

A story is data that both sides know: the caller speaks each line as a tone whose pitch is the
line's number, the agent's speech recognition turns the pitch back into the words, and its LLM
answers with what the story has for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypedDict

AGENT_NAME = "scripted"
# the pitch of a caller's line, in hertz: far enough apart to survive compression
LOWEST, STEP = 400, 20

Verdict = Literal["pass", "fail", "maybe"]


class Recording(TypedDict, total=False):
    """The recording options of a session that stories use."""

    audio: bool
    redaction: bool


@dataclass(frozen=True)
class Call:
    """A tool that the LLM calls, with its arguments as JSON."""

    tool: str
    arguments: str = "{}"


@dataclass(frozen=True)
class Turn:
    """What the caller says, and what the LLM makes of it.

    `waits` is for the state of the agent in which the caller begins, `after` for how long, in
    seconds: a caller that waits for `speaking` interrupts. `fault` is what happens to the LLM:
    `once` fails the first attempt, `always` every attempt.
    """

    says: str
    reply: str
    calls: tuple[Call, ...] = ()
    waits: str = "listening"
    after: float = 0.3
    fault: str = ""


@dataclass(frozen=True)
class Story:
    """A conversation.

    `record` are the recording options that the agent's code asks for; None leaves them to the
    server. `by` is how the caller's words arrive: `voice`, or without sound as `text` of a chat
    or from the `agent`, which takes them from the story as fast as it can. `ends` says who ends
    it: the `agent` after the last turn, the `caller`, or `nobody`, who begins again with the
    first.
    """

    name: str
    turns: tuple[Turn, ...]
    opening: str = "Hello, how can I help?"
    record: Recording | None = None
    by: str = "voice"
    ends: str = "agent"
    outcome: str = ""
    reason: str = ""
    tags: Mapping[str, Mapping[str, object] | None] = field(default_factory=dict)
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)

    def turn(self, said: str) -> Turn:
        """Return the turn of these words. Raises LookupError if the story has none."""
        try:
            return next(turn for turn in self.turns if turn.says == said)
        except StopIteration as error:
            raise LookupError(f"nobody says {said!r} in {self.name}") from error


def pitch(number: int) -> int:
    """Return the pitch of a line by its number, in hertz."""
    return LOWEST + STEP * number


WEATHER = Turn(
    "What is the weather in Oslo?",
    "It is sunny in Oslo, and eleven degrees.",
    (Call("weather", '{"city": "Oslo"}'),),
)
BOOKING = Turn(
    "Book me a table for Friday.",
    "I am sorry, the restaurant has no table on Friday. May I try Saturday?",
    (Call("book_table", '{"day": "Friday", "guests": 2}'),),
)
THANKS = Turn("No, thank you. Goodbye!", "You are welcome. Goodbye!")

ORDINARY = Story(
    "ordinary",
    (WEATHER, BOOKING, THANKS),
    outcome="fail",
    reason="No table was booked.",
    tags={"language:en": None, "booking:refused": {"day": "Friday", "guests": 2}},
    verdicts={"politeness": "pass", "task_completion": "fail", "accuracy": "maybe"},
)
INTERRUPTED = Story(
    "interrupted",
    (
        Turn(
            "Tell me about your opening hours.",
            "We open at nine on weekdays, and at ten on Saturdays. On Sundays and on public "
            "holidays we are closed, except in December, when we open at noon.",
        ),
        Turn("Just today, please.", "Today we are open until six.", waits="speaking", after=1.5),
        THANKS,
    ),
    outcome="success",
)
HANDED_OVER = Story(
    "handed over",
    (
        Turn(
            "I have a question about my invoice.",
            "I am connecting you to a colleague.",
            (Call("transfer_to_billing"),),
        ),
        Turn("Why is it so high?", "It includes two months. The next one is lower again."),
        THANKS,
    ),
    outcome="success",
    reason="The invoice was explained.",
)
FAILING = Story(
    "failing",
    (
        Turn("Can you hear me?", "Yes, I can hear you well.", fault="once"),
        Turn("And now?", "This is never said.", fault="always"),
        Turn("Hello?", "I am back. What can I do for you?"),
    ),
    outcome="fail",
    reason="The model did not answer.",
)
BLOCKED = Story(
    "blocked",
    (
        Turn("Archive my order.", "Your order is archived.", (Call("archive", '{"order": 17}'),)),
        THANKS,
    ),
)
SILENT = Story("silent", (WEATHER, THANKS), record={"audio": False})
REDACTED = Story("redacted", (WEATHER, BOOKING, THANKS), record={"redaction": True})
TYPED = Story("typed", (WEATHER, BOOKING, THANKS), by="text", outcome="success")
BRIEF = Story("brief", (WEATHER, BOOKING, THANKS), by="agent", outcome="success")
ABANDONED = Story("abandoned", (WEATHER, BOOKING), ends="caller")
ENDLESS = Story("endless", (WEATHER, BOOKING, INTERRUPTED.turns[0]), ends="nobody")
CRASHING = Story("crashing", ())
# the demo's calls: slower, and so long that one is under way whenever somebody looks
HELP = Story(
    "help",
    tuple(
        replace(turn, after=2.5)
        for turn in (
            *(WEATHER, INTERRUPTED.turns[0], INTERRUPTED.turns[1], BOOKING) * 8,
            HANDED_OVER.turns[0],
            HANDED_OVER.turns[1],
            THANKS,
        )
    ),
    outcome="success",
    reason="All questions were answered.",
    tags={"language:en": None},
)
BY_NAME = {"ordinary": ORDINARY, "help": HELP}
