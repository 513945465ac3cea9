"""The record of a request: one log line, its metrics, and Server-Timing for the browser."""

import time
from typing import TYPE_CHECKING

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config.settings import Settings
from app.services.livekit.scope import Call, CallScope, call_scope

if TYPE_CHECKING:
    from app.monitoring.metrics import Metrics  # with prometheus_client, if METRICS_TOKEN is set

STREAM = "text/event-stream"
# In the state of a request whose response continues after all that answered it has ended.
HELD = "held"
HEALTH = "/health"  # public: it reports only whether LiveKit responds

log = structlog.get_logger("request")


class Observe:
    """ASGI middleware that times a request and records it with its LiveKit calls.

    A stream of events is recorded when it starts: it may last for hours.
    """

    def __init__(self, app: ASGIApp, settings: Settings, metrics: "Metrics | None") -> None:
        self.app = app
        self.metrics = metrics
        self.livekit_seconds = settings.livekit_timeout

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request and record it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with call_scope(self.livekit_seconds, apart=True) as calls:
            await self._run(scope, receive, send, calls)

    async def _run(self, scope: Scope, receive: Receive, send: Send, calls: CallScope) -> None:
        began = time.monotonic()
        status = 0
        streams = False

        async def start(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                seconds = time.monotonic() - began
                shown = CallScope(0) if scope["path"] == HEALTH else calls
                headers["Server-Timing"] = server_timing(shown, seconds)
                streams = headers.get("content-type", "").startswith(STREAM)
                if streams:
                    self._record(scope, status, calls, seconds, stream=True)
            await send(message)

        try:
            await self.app(scope, receive, start)
            if hold := scope["state"].pop(HELD, None):
                kept = without_dependencies(scope)
                scope.clear()  # the server has it until the response ends
                scope.update(kept)
                await hold(receive, send)
        finally:
            if not streams:
                self._record(scope, status, calls, time.monotonic() - began)
            elif self.metrics:
                self.metrics.stream_ended()

    def _record(
        self, scope: Scope, status: int, calls: CallScope, seconds: float, stream: bool = False
    ) -> None:
        if not scope["path"].startswith("/static/") or status >= 400:
            user = scope["state"].get("user")
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                ms=round(seconds * 1000, 1),
                user=user.name if user else None,
                livekit=list(map(_logged, calls.calls)),
            )
        if self.metrics:
            self.metrics.observe(scope, status, calls, None if stream else seconds)


def without_dependencies(scope: Scope) -> Scope:
    """Return the scope of a request without what FastAPI needed to answer it."""
    return {name: value for name, value in scope.items() if not name.startswith("fastapi")}


def server_timing(calls: CallScope, total: float) -> str:
    """Return the Server-Timing header (W3C): the LiveKit calls of each name, then the total.

    Calls with the same name are added up, so that the header stays short however many rooms were
    searched. `desc` is the number of those that this request made itself, or the outcome of a
    single, failed, shared or cached call. A cached answer has its original duration; `age` is the
    age of the oldest one, in milliseconds.
    """
    by_name: dict[str, list[Call]] = {}
    for call in calls.calls:
        by_name.setdefault(call.name, []).append(call)
    age = [f"age;dur={calls.age * 1000:.0f}"] if calls.age else []
    return ", ".join([*map(_timing, by_name.values()), *age, f"total;dur={total * 1000:.1f}"])


def _timing(calls: list[Call]) -> str:
    failed = next((call for call in calls if call.error), None)
    made = [call for call in calls if not call.shared]
    if failed is None and len(made) > 1:
        note = f';desc="{len(made)}"'
    else:
        note = _note(failed or (made or calls)[0])
    return f"{calls[0].name}{note};dur={sum(call.seconds for call in calls) * 1000:.1f}"


def _note(call: Call) -> str:
    if call.error:
        return ";desc=failed"
    if call.age is not None:
        return ";desc=kept"
    return ";desc=shared" if call.shared else ""


def _logged(call: Call) -> str:
    return f"{call.name} {'kept' if call.age is not None else f'{call.seconds * 1000:.1f}'}"
