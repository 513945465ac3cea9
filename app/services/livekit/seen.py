"""What calls show about the server: whether it can be reached, and how fast it responds."""

from dataclasses import dataclass

from app.services.livekit.scope import CallScope

PLAIN = {"/": "Health", "/rtc/validate": "Validate"}  # names of the calls to plain addresses


@dataclass(frozen=True, slots=True)
class ServerSeen:
    """The status of the server in a scope; `latency_ms` is the time that `call` took.

    `state` is "reachable", "unreachable", "unauthorized" or "error".
    `age` is the age in seconds of the oldest answer; 0 if all are new.
    """

    host: str
    reachable: bool
    state: str
    latency_ms: float
    call: str
    reason: str
    age: float


@dataclass(frozen=True, slots=True)
class ServerUnseen:
    """The server before the first call: only its address is known."""

    host: str
    reachable: None = None
    state: str = ""
    latency_ms: None = None
    call: str = ""
    reason: str = ""
    age: float = 0


def server_seen(host: str, scope: CallScope) -> ServerSeen:
    """Return what the calls of a scope, at least one, show about the server at `host`.

    Any answer of LiveKit's own, even a rejection, shows that it is reachable.
    """
    # another program may respond to a plain GET at its address
    own = [call for call in scope.calls if call.name not in PLAIN.values()] or scope.calls
    own = [call for call in own if call.age is None] or own
    ended = [call for call in own if call.answered] or [call for call in own if call.error]
    call = (ended or own)[0]
    return ServerSeen(
        host=host,
        reachable=call.answered,
        state=call.server_state,
        latency_ms=call.seconds * 1000,
        call=call.name,
        reason=call.error.reason if call.error and not call.answered else "",
        age=scope.age,
    )
