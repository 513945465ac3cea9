"""Free loopback ports, and why a port is not free."""

import random
import socket

# below what systems hand out for outgoing connections: a port stays free while its server is down
CANDIDATES = range(20000, 32000)
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
TRIES = 100


def refusal(host: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> str:
    """Give why a server could not listen on this address; empty if it could."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            # connections of an earlier server that still fade away do not count
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def free_ports(count: int) -> list[int]:
    """Give that many different loopback ports, free for TCP and UDP."""
    found: list[int] = []
    for port in random.sample(CANDIDATES, TRIES):
        if not any(refusal("127.0.0.1", port, kind) for kind in KINDS):
            found.append(port)
        if len(found) == count:
            return found
    raise OSError(f"fewer than {count} of {TRIES} loopback ports tried are free")
