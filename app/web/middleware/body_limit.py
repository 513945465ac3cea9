"""The limits of a request's body: its size, and the time that it may take to arrive."""

import asyncio

from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import TooLarge, TooSlow
from app.security.body import BODY_SECONDS_SCOPE_KEY

LARGEST_BODY = 1024 * 1024  # bytes, for a route that declares no `max_body_size` of its own
BODY_SECONDS = 30.0


class BodyLimit:
    """ASGI middleware that limits bodies as they are read, so that a page can explain it.

    Starlette's own limit would send plain text, also to visitors who aren't signed in. Starlette
    puts the `max_body_size` of a route into the scope, from which it is read here.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run a request whose body raises TooLarge or TooSlow beyond its limits."""
        limited = receive if scope["type"] != "http" else _limited(scope, receive)
        await self.app(scope, limited, send)


def _limited(scope: Scope, receive: Receive) -> Receive:
    """Return a `receive` with the limits; after the body, it waits until the client disconnects.

    It raises the same error each time, because the error page may try to read the form as well.
    """
    size = 0
    began = asyncio.get_running_loop().time()
    is_complete = False
    failed: TooLarge | TooSlow | None = None

    async def counted() -> Message:
        nonlocal size, is_complete, failed
        if failed:
            raise failed
        seconds: float = scope.get(BODY_SECONDS_SCOPE_KEY, BODY_SECONDS)
        try:
            async with asyncio.timeout_at(None if is_complete else began + seconds):
                message = await receive()
        except TimeoutError:
            failed = TooSlow(seconds)
            raise failed from None
        is_complete = is_complete or not message.get("more_body")
        size += len(message.get("body", b""))
        largest: int = scope.get(MAX_BODY_SIZE_SCOPE_KEY, LARGEST_BODY)
        if size > largest:
            failed = TooLarge(f"The request is larger than {largest // 1024} KiB.")
            raise failed
        return message

    return counted
