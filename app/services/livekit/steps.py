"""Many things done one by one, each with LiveKit's whole time limit, all in a given time."""

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import Invalid, LiveKitError, NotFound
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import came_to

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item]):
    """What became of one of many; `error` is empty where it was done."""

    item: Item
    error: str = ""
    tried: bool = True


class Steps:
    """The steps of one bulk action; after LiveKit failed, or `seconds`, the rest is left alone.

    Each step makes its calls in a scope of its own, with LiveKit's whole time limit.

    `over` says why, and is empty while they go on.
    """

    def __init__(self, seconds: float) -> None:
        self.over = ""
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def begin(self) -> bool:
        """Return whether another step may begin."""
        if not self.over and time.monotonic() > self._until:
            self.over = f"not tried: {self._seconds:g} s were used up"
        return not self.over

    def failed(self, error: LiveKitError | Invalid) -> None:
        """Note what a step came to: after a failure of LiveKit's own the next would be in vain."""
        if error.status >= 500:
            self.over = "not tried: LiveKit failed before"


async def one_by_one(
    livekit: LiveKit,
    items: Iterable[Item],
    act: Callable[[LiveKit, Item], Awaitable[object]],
    seconds: float,
    outage: tuple[type[LiveKitError], ...] = (LiveKitError,),
) -> list[Outcome[Item]]:
    """Do `act` to one after the other and give what became of each.

    After a failure of LiveKit's own, or `seconds`, the rest is left alone and said to be so;
    `outage` are the errors that can be one, where others are about the one alone.
    """
    outcomes: list[Outcome[Item]] = []
    steps = Steps(seconds)
    for item in items:
        if not steps.begin():
            outcomes.append(Outcome(item, steps.over, tried=False))
            continue
        try:
            with livekit.scope():
                await act(livekit, item)
            outcomes.append(Outcome(item))
        except NotFound:
            outcomes.append(Outcome(item, "was gone already"))
        except (LiveKitError, Invalid) as error:
            outcomes.append(Outcome(item, came_to(error)))
            if isinstance(error, outage):
                steps.failed(error)
    return outcomes
