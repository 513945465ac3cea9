"""A TCP relay before the real LiveKit, which can hang, break, slow down or talk nonsense."""

import gzip
import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Literal
from urllib.parse import urlsplit

Mode = Literal[
    "pass",
    "hang",
    "reset",
    "garbage",
    "html",
    "empty",
    "slow",
    "broken",
    "gateway",
    "odd",
    "redirect",
    "password",
    "cut",
    "compressed",
    "huge",
    "lost",
    "closing",
    "partly",
]


def _http(status: str, kind: str, body: bytes, *more: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *more, f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


READ = re.compile(rb"POST /twirp/livekit\.\w+/(List|Get)")
PROTOBUF = "application/protobuf"


ANSWERS = {
    "garbage": b"\x00\x17 this is not HTTP\r\n\r\n",
    "html": _http("200 OK", "text/html", b"<b>hi"),
    "empty": _http("200 OK", "text/plain", b""),
    # LiveKit itself fails, as it does when its Redis is gone
    "broken": _http(
        "500 Internal Server Error",
        "application/json",
        b'{"code": "internal", "msg": "no database"}',
    ),
    # a proxy before a LiveKit that is not there
    "gateway": _http("502 Bad Gateway", "text/html", b"<h1>Bad Gateway</h1>"),
    "odd": _http("502 Bad Gateway", "application/json", b'{"code": 502, "msg": null}'),
    "redirect": _http("307 Temporary Redirect", "text/html", b"", "Location: https://u:p@h/x"),
    "password": _http("401 Unauthorized", "text/html", b"", "WWW-Authenticate: Basic realm=x"),
    "cut": _http("200 OK", PROTOBUF, b"\n" * 99)[:-90],
    "compressed": _http("200 OK", PROTOBUF, gzip.compress(b""), "Content-Encoding: gzip"),
    "huge": _http("200 OK", PROTOBUF, b"").replace(b"Length: 0", b"Length: 99999999999"),
}

# livekit-server 1.13.5, of a room that closes while it is deleted
CLOSING = _http(
    "500 Internal Server Error",
    "application/json",
    b'{"code": "unknown", "msg": "could not find object"}',
)


class Relay:
    """Listens on a free loopback port and passes on to `target` unless `mode` says otherwise."""

    def __init__(self, target: str) -> None:
        self.aim(target)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"ws://127.0.0.1:{self._listener.getsockname()[1]}"
        self.mode: Mode = "pass"
        self.delay = 2.0
        self.part = b"\0"  # of a request that changes something: "partly" breaks those
        self.shift: timedelta | None = None  # how far off the server's clock seems to be
        self.requests = 0
        self._ended = threading.Event()
        self._open: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def aim(self, target: str) -> None:
        """Pass new connections on to `target`."""
        parts = urlsplit(target)
        self._target = (str(parts.hostname), int(parts.port or 80))

    def close(self) -> None:
        """Stop listening and drop every connection."""
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def drop(self) -> None:
        """Drop the connections there are, so that a changed mode holds for every request."""
        while self._open:
            _end(self._open.pop())

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        upstream: socket.socket | None = None
        with suppress(OSError), client:
            while request := client.recv(65536):
                mode = (
                    self.mode
                )  # before it is counted: a test that saw the count may change the mode
                self.requests += request.count(b"POST /twirp/")
                if mode == "hang":
                    self._ended.wait(600)
                    break
                if mode == "reset":
                    break
                if mode in ANSWERS:
                    client.sendall(ANSWERS[mode])
                    break
                if mode == "lost" and not READ.match(request):  # done, and nobody hears of it
                    self._pass(request)
                    break
                if mode == "closing" and b"/DeleteRoom " in request.partition(b"\r\n")[0]:
                    self._pass(request)
                    client.sendall(CLOSING)
                    break
                if mode == "partly" and self.part in request and not READ.match(request):
                    client.sendall(ANSWERS["broken"])
                    break
                if mode == "slow":
                    self._ended.wait(self.delay)
                    if _left(client):  # or an action nobody waits for is done long after
                        break
                if upstream is None:
                    upstream = socket.create_connection(self._target)
                    self._open.append(upstream)
                    threading.Thread(
                        target=_pump, args=(upstream, client, self._shifted), daemon=True
                    ).start()
                upstream.sendall(request)
        if upstream is not None:
            _end(upstream)

    def _pass(self, request: bytes) -> None:
        """Let LiveKit do what it is asked, and drop its answer."""
        with socket.create_connection(self._target) as own:
            own.sendall(request)
            own.recv(1)

    def _shifted(self, data: bytes) -> bytes:
        shift = self.shift
        if shift is None:
            return data

        def later(found: re.Match[bytes]) -> bytes:
            moment = parsedate_to_datetime(found[2].decode()) + shift
            return found[1] + format_datetime(moment, usegmt=True).encode()

        return re.sub(rb"(\r\nDate: )([^\r]+)", later, data, count=1)


def _pump(source: socket.socket, sink: socket.socket, change: Callable[[bytes], bytes]) -> None:
    """Pass on what comes, changed, until it ends; then the other side hears of it too."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(change(data))
    with suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)


def _left(client: socket.socket) -> bool:
    """Return whether the client has closed the connection in the meantime."""
    try:
        return not client.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False


def _end(connection: socket.socket) -> None:
    """Close it; a thread that waits for what follows is woken."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
