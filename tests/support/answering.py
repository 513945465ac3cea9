"""An HTTP server that answers what a test says, whatever that is, and keeps what it was asked."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.support.serving import Quiet, Serving


class Says(NamedTuple):
    """One answer; with `drips`, its bytes come one at a time, this many seconds apart."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    drips: float = 0


class Answering(Serving):
    """Listens on a free loopback port; `says` has the answers by path, others are 404."""

    def __init__(self, **says: Says) -> None:
        self.says = {f"/{path}": answer for path, answer in says.items()}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.ended = threading.Event()
        outer = self

        class Handler(Quiet, BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                headers = self.lowered
                outer.asked.append((self.path, headers))
                answer = outer.says.get(self.path, Says(b"not found", 404))
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.end_headers()
                if not answer.drips:
                    self.wfile.write(answer.body)
                    return
                for byte in answer.body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if outer.ended.wait(answer.drips):
                        return

        class Leaving(ThreadingHTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """Say nothing of those who leave in the middle."""

        super().__init__(Handler, server=Leaving)

    def __exit__(self, *ended: Any) -> None:
        """Stop, also what drips."""
        self.ended.set()
        super().__exit__(*ended)
