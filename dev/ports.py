"""Free loopback ports, and whether one is taken."""

import random
import socket

# below what systems hand out for outgoing connections: a port stays free while its server is down
CANDIDATES = range(20000, 32000)
TRIES = 100


def _binds(host: str, port: int, kind: socket.SocketKind) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            # connections of an earlier server that still fade away do not count as taken
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def is_free(host: str, port: int) -> bool:
    """Return whether a server could listen on this address."""
    return _binds(host, port, socket.SOCK_STREAM)


def free_ports(count: int) -> list[int]:
    """Return that many different loopback ports, free for TCP and UDP."""
    found: list[int] = []
    for port in random.sample(CANDIDATES, TRIES):
        if all(_binds("127.0.0.1", port, kind) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"fewer than {count} of {TRIES} loopback ports tried are free")
