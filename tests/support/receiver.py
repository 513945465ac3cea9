"""An endpoint that takes webhooks and keeps them as they arrived."""

from http.server import BaseHTTPRequestHandler
from typing import NamedTuple

from tests.support.serving import Quiet, Serving


class Arrived(NamedTuple):
    """One webhook: its headers by lower-case name, and its body's bytes."""

    headers: dict[str, str]
    body: bytes


class Receiver(Serving):
    """Listens on a free loopback port; `arrived` is what came."""

    def __init__(self) -> None:
        self.arrived: list[Arrived] = []
        arrived = self.arrived

        class Handler(Quiet, BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = self.lowered
                arrived.append(Arrived(headers, body))
                self.send_response(204)
                self.end_headers()

        super().__init__(Handler)
        self.url += "/hooks?of=[tests]"
