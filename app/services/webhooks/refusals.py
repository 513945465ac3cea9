"""Webhooks that were not accepted, counted by reason, API key and address."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

from app.services.livekit.enums import Newer
from app.services.webhooks.states import Refusal

MOST = 100  # kinds of refusals that are remembered; anybody can cause them
LONGEST_ISSUER = 200
LONGEST_ADDRESS = 64


@dataclass(frozen=True, slots=True)
class Refused:
    """How often webhooks were refused for one reason, key and address, and when."""

    reason: str
    issuer: str
    address: str
    first_at: datetime
    last_at: datetime
    times: int

    @property
    def why(self) -> Refusal | Newer:
        """The reason; another version may have others."""
        known = self.reason in set(Refusal)
        return Refusal(self.reason) if known else Newer(self.reason)

    @property
    def kind(self) -> tuple[str, str, str]:
        """What is counted together."""
        return self.reason, self.issuer, self.address


class Refusals:
    """The refusals of this process since it started, the newest kinds only."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[tuple[str, str, str], Refused] = OrderedDict()
        self._waiting: OrderedDict[tuple[str, str, str], Refused] = OrderedDict()

    def add(self, reason: str, issuer: str, address: str, now: datetime) -> None:
        """Count one."""
        one = Refused(reason, issuer[:LONGEST_ISSUER], address[:LONGEST_ADDRESS], now, now, 1)
        _count(self._kinds, one)
        _count(self._waiting, one)

    def newest_first(self) -> list[Refused]:
        """Return each kind, that of the last refusal first."""
        return list(reversed(self._kinds.values()))

    def take(self) -> list[Refused]:
        """Return what was counted since the last call, for the store."""
        waiting, self._waiting = self._waiting, OrderedDict()
        return list(waiting.values())

    def give_back(self, refused: list[Refused]) -> None:
        """Count again what could not be stored, with what came meanwhile."""
        later, self._waiting = self._waiting, OrderedDict()
        for each in [*refused, *later.values()]:
            _count(self._waiting, each)


def _count(kinds: OrderedDict[tuple[str, str, str], Refused], more: Refused) -> None:
    before = kinds.pop(more.kind, None)
    first_at, times = (before.first_at, before.times) if before else (more.first_at, 0)
    kinds[more.kind] = Refused(*more.kind, first_at, more.last_at, times + more.times)
    if len(kinds) > MOST:
        kinds.popitem(last=False)
