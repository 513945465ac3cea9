"""A client that writes what no browser would: bytes over a socket."""

import base64
import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from tests.support.dashboard import PASSWORD, Dashboard

FORM = "Content-Type: application/x-www-form-urlencoded\r\n"
AUTHORIZATION = base64.b64encode(f"admin:{PASSWORD}".encode()).decode()
SIGNED_IN = f"Host: dashboard\r\nAuthorization: Basic {AUTHORIZATION}\r\n"
CLOSE = "Connection: close\r\n"


def connect(dashboard: Dashboard, buffer: int = 0) -> socket.socket:
    """Return a connection to the dashboard, with a receive buffer of that size."""
    address = urlsplit(dashboard.url)
    client = socket.socket()
    if buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    client.settimeout(30)
    client.connect((address.hostname, address.port))
    return client


def answer(client: socket.socket) -> bytes:
    """Return all that is answered until the connection ends, whichever way."""
    found = b""
    with suppress(ConnectionError):
        while piece := client.recv(65536):
            found += piece
    return found


def dripped(client: socket.socket) -> bytes:
    """Send a byte now and then until the connection ends, and give what was answered."""
    found = b""
    client.settimeout(0.02)
    for _ in range(1500):
        try:
            piece = client.recv(65536)
            if not piece:
                return found
            found += piece
        except TimeoutError:
            with suppress(ConnectionError):
                client.sendall(b"x")
        except ConnectionError:
            return found
    raise AssertionError(f"the connection did not end; answered: {found!r}")


def sent(dashboard: Dashboard, request: str) -> bytes:
    """Send these characters, a byte each, and give all that is answered."""
    with connect(dashboard) as client:
        with suppress(ConnectionError):  # it may have been answered before the last of it
            client.sendall(request.encode("latin-1"))
        return answer(client)


def statuses(answered: bytes) -> list[int]:
    """Return the status of each answer."""
    return [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", answered)]
