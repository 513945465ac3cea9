"""Openings of conversations, and searches in them: each is an entry of the audit, polls are not."""

import time
from collections import OrderedDict
from collections.abc import Sequence

from starlette.requests import Request

from app.security.audit import Audit, AuditEntry
from app.services.audit.states import Outcome

LASTS = 3600.0  # seconds after which a page that is still polled is an opening again
MOST = 10_000
ACTION = "conversation.open"
SEARCH = "conversation.search"


class Openings:
    """Who opened which conversation, or searched for what, lately; one for the process.

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


async def opened(
    request: Request, name: str, *, again: bool, action: str = ACTION, kind: str = "conversation"
) -> None:
    """Write that somebody opened a conversation, or a `kind` of something else; a HEAD isn't.

    With `again`, the request may belong to a page that is open: then nothing is written if there
    was an opening lately. Raises StoreError.
    """
    entry = AuditEntry.of(request, action, {kind: name})
    await _written(request, entry, name, again=again)


async def searched(request: Request, words: Sequence[str]) -> None:
    """Write that somebody searched transcripts, once an hour for the same words; a HEAD isn't.

    Further pages, other filters and polls of the same search are no entries. Raises StoreError.
    """
    entry = AuditEntry.of(request, SEARCH, {})
    text = " ".join(words)
    entry.note(filter={"q": text})
    await _written(request, entry, text, again=True)


async def _written(request: Request, entry: AuditEntry, about: str, *, again: bool) -> None:
    if request.state.is_head:
        return
    user = request.state.user
    openings: Openings = request.app.state.openings
    key = (entry.action, about, user.name, user.token.id if user.token else None)
    now = time.monotonic()
    if again and openings.is_known(key, now):
        return
    audit: Audit = request.app.state.audit
    entry.by(user)
    await audit.write(entry, Outcome.DONE)
    openings.add(key, now)
