"""What the jobs of this process work with; set by the engine while it runs."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from app.config.settings import Settings
from app.jobs.stopping import Stopping
from app.live.hub import Hub
from app.services.conversations.closing import Closer
from app.services.history.reconciling.reconciler import Reconciler
from app.services.livekit.client import LiveKit
from app.services.recordings.places import Places
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.storage.storage import Storage
from app.store.store import Store


def _new_executor() -> str:
    return f"{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(6)}"


@dataclass(frozen=True, slots=True)
class Context:
    """The services that jobs call; the ID of the process is new at each start."""

    settings: Settings
    store: Store
    storage: Storage
    places: Places
    hub: Hub
    livekit: LiveKit
    reconciler: Reconciler
    closer: Closer
    stopping: Stopping = field(default_factory=Stopping)
    executor: str = field(default_factory=_new_executor)

    @classmethod
    def of(
        cls,
        settings: Settings,
        store: Store,
        storage: Storage,
        places: Places,
        hub: Hub,
        livekit: LiveKit,
    ) -> "Context":
        """Return the context with the services that only jobs use."""
        reconciler = Reconciler(store, livekit, hub, DEFAULT_SERVER)
        closer = Closer(store, hub, DEFAULT_SERVER)
        return cls(settings, store, storage, places, hub, livekit, reconciler, closer)


_current: list[Context] = []


def use(context: Context | None) -> None:
    """Set what jobs work with, or end it."""
    _current[:] = [context] if context else []


def current() -> Context:
    """Return what jobs work with. Raises RuntimeError while the engine doesn't run."""
    if not _current:
        raise RuntimeError("jobs run only while their engine does")
    return _current[0]
