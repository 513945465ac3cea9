"""The outermost layer: request id, limits of the body, headers, one log line, the 500."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable

import structlog
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config.settings import Settings
from app.errors import TooLarge, TooSlow
from app.monitoring.metrics import Metrics
from app.security.headers import security_headers
from app.services.livekit.scope import Call, CallScope, call_scope

LARGEST_BODY = 1024 * 1024
BODY_SECONDS = 30.0

log = structlog.get_logger("request")
Answer = Callable[[Request, Exception], Awaitable[Response]]


class Front:
    """ASGI middleware around everything, so that error pages have the same headers."""

    def __init__(
        self, app: ASGIApp, settings: Settings, failed: Answer, metrics: Metrics | None
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.failed = failed
        self.seconds = settings.livekit_timeout
        self.headers = Headers(security_headers(settings)).raw

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request and log it; an error nobody caught becomes the 500 page."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}  # uvicorn leaves the body out (RFC 9110, 9.3.2)
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        with call_scope(self.seconds, apart=True) as calls:
            await self._run(scope, receive, send, calls)

    async def _run(self, scope: Scope, receive: Receive, send: Send, calls: CallScope) -> None:
        request_id: str = scope["state"]["request_id"]
        began = time.monotonic()
        status = 0

        async def start(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = {name for name, _ in message["headers"]}
                timing = server_timing(calls, time.monotonic() - began)
                message["headers"] = [
                    *message["headers"],
                    *(header for header in self.headers if header[0] not in own),
                    (b"x-request-id", request_id.encode()),
                    (b"server-timing", timing.encode()),
                ]
            await send(message)

        try:
            await self.app(scope, limited(receive), start)
        except Exception as error:
            log.exception("unexpected error", path=scope["path"])
            if status:
                raise  # half an answer is out; the server can only drop the connection
            response = await self.failed(Request(scope, receive), error)
            await response(scope, receive, start)
        finally:
            if not scope["path"].startswith("/static/") or status >= 400:
                self._log(scope, status, calls, time.monotonic() - began)
            if self.metrics:
                self.metrics.observe(scope, status, calls, time.monotonic() - began)

    def _log(self, scope: Scope, status: int, calls: CallScope, seconds: float) -> None:
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


def server_timing(calls: CallScope, total: float) -> str:
    """Give the Server-Timing header (W3C): each LiveKit call of the request, then the whole.

    A kept answer has the time that it took when it was asked; `age` is that of the oldest.
    """
    age = [f"age;dur={calls.age * 1000:.0f}"] if calls.age else []
    return ", ".join([*map(_timing, calls.calls), *age, f"total;dur={total * 1000:.1f}"])


def _timing(call: Call) -> str:
    return f"{call.name}{_note(call)};dur={call.seconds * 1000:.1f}"


def _note(call: Call) -> str:
    if call.error:
        return ";desc=failed"
    if call.age is not None:
        return ";desc=kept"
    return ";desc=shared" if call.shared else ""


def _logged(call: Call) -> str:
    return f"{call.name} {'kept' if call.age is not None else f'{call.seconds * 1000:.1f}'}"


def limited(receive: Receive) -> Receive:
    """Give a `receive` that raises TooLarge past the limit, and TooSlow where the body takes long.

    Once the body is whole, it waits for the client to leave for as long as that takes.
    """
    size = 0
    deadline: float | None = asyncio.get_running_loop().time() + BODY_SECONDS

    async def counted() -> Message:
        nonlocal size, deadline
        try:
            async with asyncio.timeout_at(deadline):
                message = await receive()
        except TimeoutError:
            raise TooSlow(BODY_SECONDS) from None
        if not message.get("more_body"):
            deadline = None
        size += len(message.get("body", b""))
        if size > LARGEST_BODY:
            raise TooLarge(f"The request is larger than {LARGEST_BODY // 1024} KiB.")
        return message

    return counted
