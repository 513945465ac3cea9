"""What a client may hold a connection with: uvicorn sets no limit to a head, nor to its time."""

import asyncio
import re
import socket
from contextlib import suppress

import structlog
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.security.headers import ALWAYS

DROPS_TOLD_EVERY = 10.0  # seconds
# Host = uri-host [ ":" port ] (RFC 9110, 7.2; RFC 3986, 3.2.2)
HOST = re.compile(rb"(\[[0-9A-Fa-fv:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?")
TAKEN_WITHIN = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux alone has it (RFC 5482)

log = structlog.get_logger("connections")


class LimitedConnection(HttpToolsProtocol):
    """A connection that ends where its client takes too long, or sends a head without end.

    A head has `head_seconds` to arrive whole; so has whatever comes after an answer. Of an answer
    some part must be taken every `take_seconds`. What is no body may have `largest_head` bytes.
    A body's size and time are kept by front.py, which says so with a page. Where uvicorn's
    `limit_concurrency` is reached, a new connection is dropped: uvicorn would keep it open.
    """

    head_seconds = 20.0
    take_seconds = 30.0
    largest_head = 64 * 1024

    _drops_told = float("-inf")
    _ending: asyncio.TimerHandle | None = None
    _in_body = False
    _no_body = 0  # bytes since the last request

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, a while."""
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
        """Read on; what belongs to no request that is at work must become one in time."""
        if self.cycle is None or self.cycle.response_complete:
            self._end_soon()
        self._no_body += len(data)
        super().data_received(data)
        if self._no_body > self.largest_head and not self.transport.is_closing():
            self.send_400_response("The request's head is too large.")

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what comes as one after the body is none (RFC 9110, 6.5.1)."""
        if not self._in_body:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Have the request answered; uvicorn makes a 400 of what is raised here."""
        fields = sum(len(name) + len(value) for name, value in self.headers)
        if len(self.url) + fields > self.largest_head:
            raise ValueError("the head is too large")
        hosts = [value for name, value in self.headers if name == b"host"]
        if len(hosts) > 1 or not all(map(HOST.fullmatch, hosts)):
            raise ValueError("two servers could see two hosts in it")
        if not hosts and self.parser.get_http_version() == "1.1":
            raise ValueError("it names no host")
        self._keep()
        self._in_body, self._no_body = True, 0
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Pass a piece of the body on."""
        self._no_body -= len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The next thing is another head."""
        self._in_body, self._no_body = False, 0
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request, with the headers of every answer; uvicorn has none."""
        fields = {**ALWAYS, "Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
        head = [f"{name}: {value}" for name, value in fields.items()]
        head = ["HTTP/1.1 400 Bad Request", *head, f"Content-Length: {len(msg)}", "", msg]
        self.transport.write("\r\n".join(head).encode())
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._keep()
        super().connection_lost(exc)

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing of web sockets: who asks for one is answered by HTTP."""

    def _drop(self) -> None:
        self.connections.discard(self)
        self.transport.abort()
        if self.loop.time() - LimitedConnection._drops_told > DROPS_TOLD_EVERY:
            LimitedConnection._drops_told = self.loop.time()
            log.warning("as many connections as there may be", open=len(self.connections))

    def _end_soon(self) -> None:
        if self._ending is None:
            self._ending = self.loop.call_later(self.head_seconds, self._end)

    def _keep(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _end(self) -> None:
        self.transport.close()
