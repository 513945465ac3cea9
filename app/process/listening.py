"""The sockets that HOST and PORT stand for: the same ones for one worker and for several."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from app.config.sources import SettingsError

EVERY_ADDRESS = "::"


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    """Open a socket for each address of the host; `::` stands for every address, also of IPv4.

    Raises SettingsError, beginning with the setting at fault, if nothing can listen there.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise SettingsError([f"HOST: {host!r} isn't a valid address: {reason}"]) from None
    with ExitStack() as opened:
        sockets = []
        for family, _, _, _, address in found:
            sockets.append(opened.enter_context(socket.socket(family, socket.SOCK_STREAM)))
            try:
                _bind(sockets[-1], address)
            except OSError as error:
                name = "HOST" if error.errno == errno.EADDRNOTAVAIL else "PORT"
                reason = error.strerror or error
                raise SettingsError([f"{name}: can't listen on {host}:{port} ({reason})"]) from None
        yield sockets


def _bind(bound: socket.socket, address: Any) -> None:
    # connections of an earlier server that are still closing don't count
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if bound.family == socket.AF_INET6:
        both = address[0] == EVERY_ADDRESS and socket.has_dualstack_ipv6()
        bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, not both)
    bound.bind(address)
    bound.set_inheritable(True)  # by the workers
