"""Openings of conversations: each is an entry of the audit, polls of an open page are not."""

import time
from collections import OrderedDict

from starlette.requests import Request

from app.security.audit import Audit, AuditEntry
from app.services.audit.states import Outcome

LASTS = 3600.0  # seconds after which a page that is still polled is an opening again
MOST = 10_000
ACTION = "conversation.open"


class Openings:
    """Who opened which conversation lately; one for the process.

    A poll of an open page shows nothing that its opening didn't, and one without an opening counts
    as one.
    """

    def __init__(self) -> None:
        self._since: OrderedDict[tuple[object, ...], float] = OrderedDict()

    def is_known(self, key: tuple[object, ...], now: float) -> bool:
        """Return whether there was an opening lately."""
        return self._since.get(key, float("-inf")) > now - LASTS

    def add(self, key: tuple[object, ...], now: float) -> None:
        """Remember an opening."""
        self._since[key] = now
        self._since.move_to_end(key)
        while len(self._since) > MOST:
            self._since.popitem(last=False)


async def opened(request: Request, job: str, *, again: bool, action: str = ACTION) -> None:
    """Write that somebody opened a conversation; a HEAD isn't recorded.

    With `again`, the request may belong to a page that is open: then nothing is written if there
    was an opening lately. Raises StoreError.
    """
    if request.state.is_head:
        return
    user = request.state.user
    openings: Openings = request.app.state.openings
    key = (action, job, user.name, user.token.id if user.token else None)
    now = time.monotonic()
    if again and openings.is_known(key, now):
        return
    audit: Audit = request.app.state.audit
    entry = AuditEntry.of(request, action, {"conversation": job})
    entry.by(user)
    await audit.write(entry, Outcome.DONE)
    openings.add(key, now)
