"""A real LiveKit server with Redis on free loopback ports.

    with Stack() as stack:
        ...  # stack.url, stack.api_key, stack.api_secret

Stop or kill `stack.livekit` or `stack.redis` and start it again to see an outage: ports and keys
stay what they were. A server that is asked to stop ends its rooms; after a kill Redis has them.
"""

from __future__ import annotations

import http.client
import json
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.ports import free_ports
from dev.processes import Process, StartError
from dev.toolchain import livekit_server, redis_server

HOST = "127.0.0.1"
# somebody else may take a port between its choice and its use
TRIES = 3


class Stack:
    """LiveKit and Redis for one run of the tests or of `make run`."""

    url: str

    def __init__(
        self,
        folder: Path | None = None,
        remote_unmute: bool = True,
        redis: bool = True,
        settings: Mapping[str, object] | None = None,
    ) -> None:
        """Describe the stack; nothing runs yet.

        `folder` keeps logs and configuration (without it they are gone after stop), `settings`
        are top-level entries of the server's configuration, added or in place of ours.
        """
        self._temporary = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="livekit-")) if folder is None else folder
        self.api_key = f"API{secrets.token_hex(6)}"
        self.api_secret = secrets.token_urlsafe(32)
        self._remote_unmute = remote_unmute
        self._with_redis = redis
        self._settings = dict(settings or {})
        self._redis: Process | None = None
        self._livekit: Process | None = None

    @property
    def livekit(self) -> Process:
        """The server process; there is none before start."""
        if self._livekit is None:
            raise RuntimeError("this stack is not started yet")
        return self._livekit

    @property
    def redis(self) -> Process:
        """The Redis process; there is none after Stack(redis=False) or before start."""
        if self._redis is None:
            raise RuntimeError("this stack has no Redis, or is not started yet")
        return self._redis

    def start(self) -> None:
        """Start everything, and return when the server answers."""
        livekit_binary = livekit_server()
        redis_binary = redis_server() if self._with_redis else None
        for attempt in range(1, TRIES + 1):
            self._arrange(livekit_binary, redis_binary)
            try:
                for process in self.processes:
                    process.start()
            except StartError:
                self._stop_processes()
                if attempt == TRIES:
                    raise
            except BaseException:
                self._stop_processes()
                raise
            else:
                return

    def stop(self) -> None:
        """Stop everything; no process is left."""
        self._stop_processes()
        if self._temporary:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Start everything."""
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop everything."""
        self.stop()

    @property
    def processes(self) -> list[Process]:
        """What was started, in the order of starting."""
        return [process for process in (self._redis, self._livekit) if process is not None]

    def _stop_processes(self) -> None:
        for process in reversed(self.processes):
            process.stop()

    def _arrange(self, livekit_binary: Path, redis_binary: Path | None) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in ("redis.log", "livekit.log", "dump.rdb"):
            (self.folder / left).unlink(missing_ok=True)
        port, tcp, udp, redis_port = free_ports(4)
        self.url = f"ws://{HOST}:{port}"
        self._redis = None
        if redis_binary is not None:
            self._redis = self._describe_redis(redis_binary, redis_port)
        config = self.folder / "livekit.yaml"
        # JSON is YAML too
        settings = self._configuration(port, tcp, udp, redis_port)
        config.write_text(json.dumps(settings, indent=2), encoding="utf-8")
        config.chmod(0o600)
        self._livekit = Process(
            "livekit-server",
            [livekit_binary, "--config", config],
            log=self.folder / "livekit.log",
            answers=lambda: _says_ok(port),
            prepare=lambda: self._forget_dead_server(redis_port),
        )

    def _forget_dead_server(self, redis_port: int) -> None:
        # after a crash the next server would give new rooms to the dead one for 5 s
        if self._redis is not None and self._redis.alive:
            _ask_redis(redis_port, b"DEL nodes")

    def _configuration(self, port: int, tcp: int, udp: int, redis_port: int) -> dict[str, object]:
        redis = {"redis": {"address": f"{HOST}:{redis_port}"}} if self._with_redis else {}
        return {
            "port": port,
            "bind_addresses": [HOST],
            "keys": {self.api_key: self.api_secret},
            "rtc": {
                "tcp_port": tcp,
                "udp_port": udp,
                "node_ip": HOST,
                "use_external_ip": False,
                "enable_loopback_candidate": True,
                "interfaces": {"includes": ["lo0" if sys.platform == "darwin" else "lo"]},
            },
            "room": {"enable_remote_unmute": self._remote_unmute},
            "turn": {"enabled": False},
            "logging": {"level": "info", "pion_level": "error"},
            **redis,
            **self._settings,
        }

    def _describe_redis(self, binary: Path, port: int) -> Process:
        # with a save point Redis writes its state at the end, so a restart brings it back
        command: list[str | Path] = [
            binary,
            "--bind",
            HOST,
            "--port",
            str(port),
            "--save",
            "3600",
            "1",
        ]
        return Process(
            "redis-server",
            [*command, "--dir", self.folder, "--daemonize", "no", "--appendonly", "no"],
            log=self.folder / "redis.log",
            answers=lambda: _says_pong(port),
        )


def _says_ok(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=1)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _says_pong(port: int) -> bool:
    try:
        return _ask_redis(port, b"PING").startswith(b"+PONG")
    except OSError:
        return False


def _ask_redis(port: int, command: bytes) -> bytes:
    with socket.create_connection((HOST, port), timeout=1) as connection:
        connection.sendall(command + b"\r\n")
        return connection.recv(64)
