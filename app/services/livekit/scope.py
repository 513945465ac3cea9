"""The scope of LiveKit calls: one time limit for a piece of work, and a record of its calls.

A request opens one, a bulk action one per step, a background job its own, a stream one per tick.
A scope inside another reports its calls to the outer one, unless it is `apart`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from livekit.api.sip_service import SipService

from app.errors import DashboardError


def call_name(method: Callable[..., Any]) -> str:
    """Return the protocol's name of a livekit-api method: ListRooms for `list_rooms`.

    livekit-api leaves out the SIP in most methods of its SipService: `list_inbound_trunk` calls
    ListSIPInboundTrunk (livekit_sip.proto).
    """
    if isinstance(method, partial):
        return call_name(method.func)
    verb, *words = method.__name__.split("_")
    if isinstance(getattr(method, "__self__", None), SipService) and words[0] != "sip":
        words.insert(0, "sip")
    return "".join("SIP" if word == "sip" else word.capitalize() for word in (verb, *words))


@dataclass(slots=True)
class Call:
    """One LiveKit call, recorded by its scope; `shared` if another scope began it.

    Neither `succeeded` nor `error` is set while it is in progress, or if nobody waits for it any
    more. `age` is the age of its answer in seconds if it was cached (CACHE_SECONDS).
    """

    name: str
    seconds: float = 0.0
    shared: bool = False
    succeeded: bool = False
    error: DashboardError | None = None
    age: float | None = None

    @property
    def answered(self) -> bool:
        """True if LiveKit itself answered, even with a rejection."""
        return self.succeeded or (self.error is not None and self.error.status < 500)

    @property
    def server_state(self) -> str:
        """What it shows about the server: "reachable", "unreachable", "unauthorized" or "error"."""
        if self.answered or self.error is None:
            return "reachable"
        return self.error.server_state or "error"


@dataclass(slots=True)
class CallScope:
    """The calls of one piece of work, and the `seconds` that it has for all of them together.

    Time starts with the first call: LiveKit isn't responsible for delays before it. `cached`
    allows answers of the last CACHE_SECONDS.
    """

    seconds: float
    cached: bool = False
    outer: "CallScope | None" = None
    deadline: float | None = None
    calls: list[Call] = field(default_factory=list)

    @property
    def age(self) -> float:
        """Age of the oldest cached answer in seconds; 0 if all answers are new."""
        return max((call.age for call in self.calls if call.age is not None), default=0.0)

    def starts(self, now: float) -> float:
        """Return the deadline, which a first call at `now` sets."""
        if self.deadline is None:
            self.deadline = now + self.seconds
        return self.deadline

    def add(self, call: Call) -> None:
        """Record a call in this scope, and in every scope around it."""
        self.calls.append(call)
        if self.outer is not None:
            self.outer.add(call)


_current: ContextVar[CallScope | None] = ContextVar("livekit_scope", default=None)


@contextmanager
def call_scope(seconds: float, *, cached: bool = False, apart: bool = False) -> Iterator[CallScope]:
    """Open a scope of `seconds` for the calls made inside; `apart` keeps them from outer scopes."""
    scope = CallScope(seconds, cached, None if apart else _current.get())
    token = _current.set(scope)
    try:
        yield scope
    finally:
        _current.reset(token)


def current_scope() -> CallScope | None:
    """Return the innermost open scope, or None."""
    return _current.get()
