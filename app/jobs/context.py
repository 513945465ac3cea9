"""What the jobs of this process work with; set by the engine while it runs."""

from dataclasses import dataclass

from app.config.settings import Settings
from app.live.hub import Hub
from app.services.conversations.closing import Closer
from app.services.history.reconciling.reconciler import Reconciler
from app.storage.storage import Storage
from app.store.store import Store


@dataclass(frozen=True, slots=True)
class Context:
    """The services that jobs call."""

    settings: Settings
    store: Store
    storage: Storage
    hub: Hub
    reconciler: Reconciler
    closer: Closer


_current: list[Context] = []


def use(context: Context | None) -> None:
    """Set what jobs work with, or end it."""
    _current[:] = [context] if context else []


def current() -> Context:
    """Return what jobs work with. Raises RuntimeError while the engine doesn't run."""
    if not _current:
        raise RuntimeError("jobs run only while their engine does")
    return _current[0]
