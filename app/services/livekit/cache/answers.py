"""What a cached answer is, and the protocol of every cache of them."""

from dataclasses import dataclass
from typing import Any, Protocol

from google.protobuf.message import Message

Question = tuple[str, bytes]  # the call's name, and its request


@dataclass(frozen=True, slots=True)
class Told:
    """What LiveKit told, how long it `took` for it, and its age where it was kept; in seconds.

    The age counts from the question, so that nothing shown is older than it says.
    """

    answer: Any
    took: float
    age: float | None = None


class Answers(Protocol):
    """Where answers are kept; `epoch` names the time between two writes."""

    async def find(self, question: Question) -> tuple[Told | None, bytes | None]:
        """Return what is kept, and the epoch to keep a new answer under; None: keep nothing."""

    async def keep(self, question: Question, epoch: bytes, answer: Message, took: float) -> None:
        """Keep an answer that just came; nobody finds it if its epoch is over by now."""

    async def drop(self) -> None:
        """Begin a new epoch: something was written."""
