"""How Redis, LiveKit and the stand-in of its workers are started and configured, on loopback."""

from __future__ import annotations

import http.client
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.processes import Process
from dev.workers import Standin

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """Where the servers of one stack listen."""

    livekit: int
    tcp: int
    udp: int
    redis: int
    control: int


def redis_process(binary: Path, port: int, folder: Path) -> Process:
    """Describe Redis."""
    where: list[str | Path] = ["--bind", HOST, "--port", str(port), "--dir", folder]
    # with a save point Redis writes its state at the end, so a restart brings it back
    keeps = ["--save", "3600", "1", "--daemonize", "no", "--appendonly", "no"]
    return Process(
        "redis-server",
        [binary, *where, *keeps],
        log=folder / "redis.log",
        answers=lambda: _says_pong(port),
    )


def standin_process(binary: Path, ports: Ports, keys: Mapping[str, str], folder: Path) -> Process:
    """Describe the stand-in of the egress, ingress and SIP workers."""
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
        [binary, *addresses],
        log=folder / "standin.log",
        answers=control.answers,
        env={**os.environ, **server},
    )


def livekit_configuration(
    ports: Ports, keys: Mapping[str, str], remote_unmute: bool
) -> dict[str, object]:
    """Give the server's configuration, without Redis."""
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
        "turn": {"enabled": False},
        "logging": {"level": "info", "pion_level": "error"},
        # nobody listens there: the stand-in receives nothing
        "ingress": {
            "rtmp_base_url": f"rtmp://{HOST}:1935/live",
            "whip_base_url": f"http://{HOST}:8081/w",
        },
    }


def says_ok(port: int, path: str = "/") -> bool:
    """Whether what listens on this port says that it is well: LiveKit at `/`, or at its `path`."""
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
    """Send one command to Redis and return the beginning of its answer; OSError without one."""
    with socket.create_connection((HOST, port), timeout=1) as connection:
        connection.sendall(command + b"\r\n")
        return connection.recv(64)
