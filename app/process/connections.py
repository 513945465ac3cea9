"""Limits of a connection: uvicorn limits neither the size of a request's head nor its time.

A proxy in front makes most of this unnecessary, but the dashboard is also run without one, and
uvicorn has no options for it. tests/process/test_connections.py fails if a newer uvicorn changes
what is overridden or used here.
"""

import asyncio
import re
import socket
from contextlib import suppress

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.security.headers import ALWAYS

DROPS_LOGGED_EVERY = 10.0  # seconds
# Host = uri-host [ ":" port ] (RFC 9110, 7.2; RFC 3986, 3.2.2)
HOST = re.compile(rb"(\[[0-9A-Fa-fv:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?")
TAKEN_WITHIN = getattr(socket, "TCP_USER_TIMEOUT", None)  # on Linux only (RFC 5482)

log = structlog.get_logger("connections")


class LimitedConnection(HttpToolsProtocol):
    """A connection that ends if its client takes too long, or sends too much.

    A head has `head_seconds` to arrive completely, and so has what follows a response. The client
    must read some part of a response every `take_seconds`; a stream that has nothing to send may
    stay idle. All that isn't a body has `largest_head` bytes per request, and `most_waiting`
    requests may wait for the response to an earlier one. Size and time of a body are limited by
    app/web, which answers with a page. At uvicorn's `limit_concurrency` a new connection is
    dropped; uvicorn would keep it open.
    """

    head_seconds = 20.0
    take_seconds = 30.0
    largest_head = 64 * 1024
    most_waiting = 20

    _drops_logged = float("-inf")
    _ending: asyncio.TimerHandle | None = None
    _in_body = False
    _no_body = 0  # bytes since the last request

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not forever."""
        super().connection_made(transport)
        if self.limit_concurrency and len(self.connections) >= self.limit_concurrency:
            self._drop()
            return
        if TAKEN_WITHIN is not None:
            with suppress(OSError):  # no TCP
                milliseconds = int(self.take_seconds * 1000)
                connected = transport.get_extra_info("socket")
                connected.setsockopt(socket.IPPROTO_TCP, TAKEN_WITHIN, milliseconds)
        self._end_soon()

    def data_received(self, data: bytes) -> None:
        """Read on; after a response, what arrives must become a request in time."""
        if self.cycle is None or self.cycle.response_complete:
            self._end_soon()
        self._no_body += len(data)
        super().data_received(data)
        if self._no_body > self.largest_head and not self.transport.is_closing():
            self.send_400_response("The request's head is too large.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; a trailer after the body isn't one (RFC 9110, 6.5.1)."""
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Have the request answered; uvicorn turns what is raised here into a 400."""
        fields = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.url) + fields > self.largest_head:
            raise ValueError("the head is too large")
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or not all(map(HOST.fullmatch, hosts)):
            raise ValueError("two servers could read two different hosts")
        if not hosts and self.parser.get_http_version() == "1.1":
            raise ValueError("the request names no host")
        if len(self.pipeline) >= self.most_waiting:
            raise ValueError("too many requests wait for their responses")
        self._wait_no_longer()
        self._in_body, self._no_body = True, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on."""
        self._no_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect another head."""
        self._in_body, self._no_body = False, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Reject what isn't a request, with the headers of every response; uvicorn sends none."""
        if self._is_responding():  # the client would read it as a part of that response
            self.transport.abort()
            return
        fields = {**ALWAYS, "Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
        head = [f"{name}: {value}" for name, value in fields.items()]
        head = ["HTTP/1.1 400 Bad Request", *head, f"Content-Length: {len(msg)}", "", msg]
        self.transport.write("\r\n".join(head).encode())
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all timers, and forget the requests that nobody waits for any more."""
        self._wait_no_longer()
        self.pipeline.clear()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """End the streams of live updates: the server waits for every open response."""
        super().shutdown()
        if streams := self.app_state.get("streams"):
            streams.end_all()

    def _unsupported_upgrade_warning(self) -> None:
        """Log nothing about WebSockets: a request for one gets an HTTP response."""

    def _is_responding(self) -> bool:
        cycle = self.cycle
        started = cycle is not None and cycle.response_started and not cycle.response_complete
        return started or bool(self.pipeline)

    def _drop(self) -> None:
        self.connections.discard(self)
        self.transport.abort()
        if self.loop.time() - LimitedConnection._drops_logged > DROPS_LOGGED_EVERY:
            LimitedConnection._drops_logged = self.loop.time()
            log.warning("connection limit reached", open=len(self.connections))

    def _end_soon(self) -> None:
        if self._ending is None:
            self._ending = self.loop.call_later(self.head_seconds, self._end)

    def _wait_no_longer(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _end(self) -> None:
        self.transport.close()
