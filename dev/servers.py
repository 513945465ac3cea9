"""Commands and configuration of Redis, LiveKit and the stand-in worker, on loopback."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dev.processes import Process
from dev.workers import Standin

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """The ports of a stack's servers."""

    livekit: int
    tcp: int
    udp: int
    redis: int
    control: int


def redis_process(binary: Path, port: int, folder: Path) -> Process:
    """Return the Redis process, not yet started."""
    address: list[str | Path] = ["--bind", HOST, "--port", str(port), "--dir", folder]
    # with a save point Redis writes its state when it stops, so a restart restores it
    persistence = ["--save", "3600", "1", "--daemonize", "no", "--appendonly", "no"]
    return Process(
        "redis-server",
        [binary, *address, *persistence],
        log=folder / "redis.log",
        answers=lambda: _says_pong(port),
    )


def standin_process(
    binary: Path, ports: Ports, keys: Mapping[str, str], folder: Path, flags: Sequence[str] = ()
) -> Process:
    """Return the stand-in for the egress, ingress and SIP workers, not yet started."""
    ((key, secret),) = keys.items()
    server = {
        "LIVEKIT_URL": f"ws://{HOST}:{ports.livekit}",
        "LIVEKIT_API_KEY": key,
        "LIVEKIT_API_SECRET": secret,
    }
    control = Standin(HOST, ports.control)
    addresses = [f"--redis={HOST}:{ports.redis}", f"--control={HOST}:{ports.control}"]
    return Process(
        "the stand-in worker",
        [binary, *addresses, *flags],
        log=folder / "standin.log",
        answers=control.answers,
        env={**os.environ, **server},
    )


def livekit_configuration(
    ports: Ports, keys: Mapping[str, str], remote_unmute: bool
) -> dict[str, object]:
    """Return the server's configuration, without Redis."""
    return {
        "port": ports.livekit,
        "bind_addresses": [HOST],
        "keys": keys,
        "rtc": {
            "tcp_port": ports.tcp,
            "udp_port": ports.udp,
            "node_ip": HOST,
            "use_external_ip": False,
            "enable_loopback_candidate": True,
            "interfaces": {"includes": ["lo0" if sys.platform == "darwin" else "lo"]},
        },
        "room": {"enable_remote_unmute": remote_unmute},
        "agents": {"enable_user_data_recording": True},
        "turn": {"enabled": False},
        "logging": {"level": "info", "pion_level": "error"},
        # nothing listens there: the stand-in receives no media
        "ingress": {
            "rtmp_base_url": f"rtmp://{HOST}:1935/live",
            "whip_base_url": f"http://{HOST}:8081/w",
        },
    }


def says_ok(port: int, path: str = "/") -> bool:
    """Return whether the server on this port responds with 200 at `path`."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _says_pong(port: int) -> bool:
    try:
        return ask_redis(port, b"PING").startswith(b"+PONG")
    except OSError:
        return False


def ask_redis(port: int, command: bytes) -> bytes:
    """Send a command to Redis and return the start of its reply. Raises OSError without one."""
    with socket.create_connection((HOST, port), timeout=1) as connection:
        connection.sendall(command + b"\r\n")
        return connection.recv(64)
