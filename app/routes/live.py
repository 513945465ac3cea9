"""/live: the stream of what changes, by which open pages refresh immediately."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.errors import DashboardError
from app.live.streams import Stream, Streams
from app.security.addresses import client_address
from app.security.authentication import current_user
from app.security.guards import Guard, sees
from app.security.roles import Permission, User
from app.text.paths import LIVE
from app.web.deps import UserDep
from app.web.middleware.observe import HELD, without_dependencies

TYPE = "text/event-stream"
# Whose names a stream has, by the area of their topics; of all others it has the area alone.
NAMED = {
    "room": Permission.ROOMS_READ,
    "egress": Permission.EGRESS_READ,
    "ingress": Permission.INGRESS_READ,
    "session": Permission.HISTORY_READ,
    "conversation": Permission.CONVERSATIONS_READ,
    "job": Permission.JOBS_READ,
}
# What of a request's state was for it alone.
ONCE = frozenset({"sign_in", HELD})
HEADERS = {
    "Cache-Control": "no-store, no-transform",  # nothing between may compress, and so delay it
    "X-Accel-Buffering": "no",  # nginx
}

router = APIRouter()


@router.get(LIVE, dependencies=[sees(Permission.SERVER_READ)])
async def live(request: Request, user: UserDep, after: str = "") -> Response:
    """Send which topics change, for as long as the user may see it.

    A client that doesn't ask for a stream gets the state of the feed, and no more.
    """
    position = request.headers.get("last-event-id", after)
    streams: Streams = request.app.state.streams
    if TYPE not in request.headers.get("accept", "") or request.state.is_head:
        return Response(streams.beat(), headers=HEADERS, media_type=TYPE)
    return LiveStream(streams, Watcher(request, user), position)


class Watcher:
    """Who watches a stream, and whether they still may."""

    def __init__(self, request: Request, user: User) -> None:
        self._scope = without_dependencies(request.scope)
        self._user = user
        self._guard = Guard(Permission.SERVER_READ)

    @property
    def key(self) -> tuple[Any, ...]:
        """Whose the stream is: a person's, or, for those who share an account, an address's."""
        if self._user.account is not None:
            return (self._user.account,)
        return self._user.name, client_address(Request(self._scope))

    @property
    def areas(self) -> frozenset[str]:
        """The areas of topics whose names the user may see."""
        return frozenset(area for area, needed in NAMED.items() if self._user.can(needed))

    async def is_good(self) -> bool:
        """Return whether the user is still signed in, with the same powers, as a poll would be."""
        scope = self._scope
        state = {name: scope["state"][name] for name in scope["state"] if name not in ONCE}
        again = Request({**scope, "state": state, "session": dict(scope["session"])})
        try:
            user = await current_user(again)
            self._guard.admit(user, again)
        except DashboardError:
            return False
        return user == self._user


class LiveStream(Response):
    """The head of a stream; what follows is held open by the outermost middleware (HELD).

    Everything that answers other requests is left by then: it takes 40 KB for each request.
    """

    media_type = TYPE

    def __init__(self, streams: Streams, watcher: Watcher, after: str) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._streams = streams
        self._watcher = watcher
        self._after = after

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head. Raises TooManyStreams or NoStreamLeft before."""
        watcher = self._watcher
        with ExitStack() as opened:
            own = self._streams.opened(watcher.key, watcher.areas, self._after)
            stream = opened.enter_context(own)
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            messages = stream.messages(self._streams.beat, watcher.is_good)
            scope["state"][HELD] = partial(_hold, opened.pop_all(), stream, messages)


async def _hold(
    opened: ExitStack,
    stream: Stream,
    messages: AsyncGenerator[bytes],
    receive: Receive,
    send: Send,
) -> None:
    """Send one message after another."""
    with opened:
        leaving = asyncio.create_task(_end_with(stream, receive))
        try:
            async with aclosing(messages):
                async for message in messages:
                    await _body(send, message, more=True)
            await _body(send, b"", more=False)
        finally:
            leaving.cancel()


async def _body(send: Send, content: bytes, *, more: bool) -> None:
    await send({"type": "http.response.body", "body": content, "more_body": more})


async def _end_with(stream: Stream, receive: Receive) -> None:
    """End the stream when its client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()
