"""Unhandled exceptions become the 500 page."""

from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = structlog.get_logger("request")
Answer = Callable[[Request, Exception], Awaitable[Response]]


class Errors:
    """ASGI middleware that responds to a failed request with `failed`, and logs the exception."""

    def __init__(self, app: ASGIApp, failed: Answer) -> None:
        self.app = app
        self.failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request. Raises its exception if part of a response has been sent."""
        started = False

        async def start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, start)
        except Exception as error:
            log.exception("unexpected error", path=scope.get("path"))
            if started or scope["type"] != "http":
                raise  # the server can only drop the connection
            response = await self.failed(Request(scope, receive), error)
            await response(scope, receive, send)
