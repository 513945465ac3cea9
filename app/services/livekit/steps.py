"""Bulk actions: one step after another, each with its own time limit, all within a given time."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.errors import Invalid, LiveKitError, NotFound
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import came_to

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item]):
    """The outcome for one item; `error` is empty if it succeeded."""

    item: Item
    error: str = ""
    tried: bool = True


class Steps:
    """The steps of one bulk action, which ends early if LiveKit fails, or after `seconds`.

    Each step makes its calls in a scope of its own, with the whole time limit for LiveKit. `over`
    is the reason why the action has ended, and empty while it continues.
    """

    def __init__(self, seconds: float) -> None:
        self.over = ""
        self._seconds = seconds
        self._until = time.monotonic() + seconds

    def begin(self) -> bool:
        """Return True if another step may begin."""
        if not self.over and time.monotonic() > self._until:
            self.over = f"not tried: {self._seconds:g} s were used up"
        return not self.over

    def failed(self, error: LiveKitError | Invalid) -> None:
        """Record the error of a step: after a failure of LiveKit, the next step would fail too."""
        if error.status >= 500:
            self.over = "not tried: LiveKit failed before"


async def one_by_one(
    livekit: LiveKit,
    items: Iterable[Item],
    act: Callable[[LiveKit, Item], Awaitable[object]],
    seconds: float,
    outage: tuple[type[LiveKitError], ...] = (LiveKitError,),
) -> AsyncIterator[Outcome[Item]]:
    """Call `act` for one item after another, and yield the outcome for each.

    After a failure of LiveKit itself, or `seconds`, the rest is not tried, and the outcomes say so.
    Only errors of the types `outage` can be such a failure; others concern their item only.
    """
    steps = Steps(seconds)
    for item in items:
        yield await _step(livekit, item, act, steps, outage)


async def _step(
    livekit: LiveKit,
    item: Item,
    act: Callable[[LiveKit, Item], Awaitable[object]],
    steps: Steps,
    outage: tuple[type[LiveKitError], ...],
) -> Outcome[Item]:
    if not steps.begin():
        return Outcome(item, steps.over, tried=False)
    try:
        with livekit.scope():
            await act(livekit, item)
    except NotFound:
        return Outcome(item, "was gone already")
    except (LiveKitError, Invalid) as error:
        if isinstance(error, outage):
            steps.failed(error)
        return Outcome(item, came_to(error))
    return Outcome(item)
