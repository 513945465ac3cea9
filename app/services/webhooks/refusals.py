"""Webhooks that were not accepted, counted by reason, API key and address."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

MOST = 100  # kinds of refusals that are remembered; anybody can cause them
LONGEST_ISSUER = 200


@dataclass(frozen=True, slots=True)
class Refused:
    """How often webhooks were refused for one reason, key and address, and when."""

    reason: str
    issuer: str
    address: str
    first_at: datetime
    last_at: datetime
    times: int


class Refusals:
    """The refusals of this process since it started, the newest kinds only."""

    def __init__(self) -> None:
        self._kinds: OrderedDict[tuple[str, str, str], Refused] = OrderedDict()

    def add(self, reason: str, issuer: str, address: str, now: datetime) -> None:
        """Count one."""
        key = (reason, issuer[:LONGEST_ISSUER], address)
        before = self._kinds.pop(key, None)
        first_at, times = (before.first_at, before.times) if before else (now, 0)
        self._kinds[key] = Refused(*key, first_at, now, times + 1)
        if len(self._kinds) > MOST:
            self._kinds.popitem(last=False)

    def newest_first(self) -> list[Refused]:
        """Return each kind, that of the last refusal first."""
        return list(reversed(self._kinds.values()))
