"""Free loopback ports, and why a port isn't free."""

import random
import socket

from app.config.sources import SettingsError
from app.process.listening import listening

# below the range for outgoing connections, so that a port stays free while its server is down
CANDIDATES = range(20000, 32000)
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)
TRIES = 100


def refusal(host: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM) -> str:
    """Return why a server can't listen on this address, or an empty string if it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        if kind is socket.SOCK_STREAM:
            # ignore connections of an earlier server that are still closing
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return error.strerror or str(error)
    return ""


def problem(host: str, port: int) -> str:
    """Return why the dashboard can't listen on HOST and PORT, or an empty string if it can."""
    try:
        with listening(host, port):
            return ""
    except SettingsError as error:
        advice = "; stop the program that uses it, or choose another port: make run PORT=8001"
        return str(error) + (advice if str(error).startswith("PORT") else "")


def free_ports(count: int) -> list[int]:
    """Return this many different loopback ports that are free for TCP and UDP."""
    ports: list[int] = []
    for port in random.sample(CANDIDATES, TRIES):
        if not any(refusal("127.0.0.1", port, kind) for kind in KINDS):
            ports.append(port)
        if len(ports) == count:
            return ports
    raise OSError(f"fewer than {count} of {TRIES} loopback ports tried are free")
