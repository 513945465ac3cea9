"""Who was verified within the last minute: pages of LiveKit open while the store fails."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from typing import Any

from app.security.roles import User
from app.security.stored_audit import UNAUDITED
from app.store.errors import StoreBusy, StoreError
from app.store.store import Store

GRACE = 60.0  # seconds for which a verified key is good while the store fails
PATIENCE = 1.0  # seconds that a page waits for the store if there is such a key
MOST = 10_000


@dataclass(frozen=True, slots=True)
class Recent:
    """Who a key belonged to when the store was last asked."""

    user: User
    at: float


class Verifier:
    """Verifies keys: of sessions, or of tokens.

    The store is asked with each request, so that what is revoked ends immediately. Only while it
    fails, a key that was good less than a minute ago still opens pages: those of LiveKit must open
    during an outage of the dashboard's own database. It does nothing else: its owner may have lost
    a role meanwhile, and the store may be back for the audit of the act.
    """

    def __init__(self) -> None:
        self._recent: OrderedDict[str, Recent] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()

    def __contains__(self, key: str) -> bool:
        """Return whether the key has been good, and wasn't found to be bad since."""
        return key in self._recent

    async def user(
        self,
        store: Store,
        key: str,
        verify: Callable[[], Awaitable[User | None]],
        *,
        acts: bool = True,
    ) -> User | None:
        """Return the user of a key, or None if it isn't good any more.

        A user who is `unverified` may only read. For one who `acts`, the store is asked even while
        it fails.

        Raises StoreError if the store fails and the key wasn't verified within a minute.
        """
        recent = self._good(key)
        if recent and store.failing and not acts:
            return _unverified(recent.user, store.failing)
        try:
            async with asyncio.timeout(PATIENCE if recent else None):
                user = await verify()
        except (StoreError, TimeoutError) as error:
            if recent:
                return _unverified(recent.user, error)
            raise
        if user is None:
            self._recent.pop(key, None)
            return None
        self._recent[key] = Recent(user, time.monotonic())
        self._recent.move_to_end(key)
        if len(self._recent) > MOST:
            self._recent.popitem(last=False)
        return user

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Write something that no page waits for; if the store fails, it isn't written."""
        task = asyncio.create_task(_tried(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _good(self, key: str) -> Recent | None:
        recent = self._recent.get(key)
        return recent if recent and time.monotonic() - recent.at < GRACE else None


def _unverified(user: User, error: StoreError | TimeoutError) -> User:
    failure = StoreBusy() if isinstance(error, TimeoutError) else error
    reason = type(failure)(failure.reason, advice=f"{UNAUDITED} {failure.advice}")
    return replace(user, unverified=reason)


async def _tried(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except StoreError:
        return  # the log has it already; the next request tries again
