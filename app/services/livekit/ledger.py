"""What one dashboard request asked LiveKit, how long that took, and the time it has left."""

from contextvars import ContextVar
from dataclasses import dataclass, field

from app.errors import DashboardError


@dataclass(slots=True)
class Call:
    """One LiveKit call as this request saw it; `shared` if another request began it.

    Neither `succeeded` nor `error` while it is under way, or once nobody waits for it any more.
    `age` is the seconds since it was asked, where it was kept from before (CACHE_SECONDS).
    """

    name: str
    seconds: float = 0.0
    shared: bool = False
    succeeded: bool = False
    error: DashboardError | None = None
    age: float | None = None

    @property
    def answered(self) -> bool:
        """Whether LiveKit itself answered, be it by refusing this."""
        return self.succeeded or (self.error is not None and self.error.status < 500)


@dataclass(slots=True)
class Ledger:
    """The LiveKit calls of one dashboard request, and the `seconds` it has for them in all.

    They begin with the first call: what is waited for before is not LiveKit's fault.
    `takes_kept` says whether what was read a moment ago will do.
    """

    seconds: float
    deadline: float | None = None
    takes_kept: bool = False
    calls: list[Call] = field(default_factory=list)

    @property
    def age(self) -> float:
        """How old the oldest answer is, in seconds; 0 where all of them are of this moment."""
        return max((call.age for call in self.calls if call.age is not None), default=0.0)


_ledger: ContextVar[Ledger] = ContextVar("livekit_ledger")


def open_ledger(seconds: float) -> Ledger:
    """Start noting the calls of the current request, which has `seconds` for LiveKit."""
    opened = Ledger(seconds)
    _ledger.set(opened)
    return opened


def ledger() -> Ledger:
    """Give that of the current request."""
    return _ledger.get()
