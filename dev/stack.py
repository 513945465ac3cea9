"""A real LiveKit server with Redis and a stand-in worker, on free loopback ports.

    with Stack() as stack:
        ...  # stack.url, stack.api_key, stack.api_secret, stack.standin.plan(...)

To test an outage, stop or kill `stack.livekit`, `stack.redis` or `stack.workers` and start it
again; ports and keys stay the same. A server that is stopped closes its rooms; after a kill, Redis
still has them. Workers that are stopped end their jobs; after a kill, the jobs stay active.
"""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.gobuilds import livekit_server, standin
from dev.ports import free_ports
from dev.processes import Process, StartError
from dev.servers import (
    HOST,
    Ports,
    ask_redis,
    livekit_configuration,
    redis_process,
    says_ok,
    standin_process,
)
from dev.toolchain import redis_server
from dev.workers import Standin

# another program may take a port after it was chosen
TRIES = 3


@dataclass(frozen=True)
class Programs:
    """The programs of a stack; a part that it doesn't have is None."""

    livekit: Path
    redis: Path | None
    workers: Path | None


class Stack:
    """LiveKit, Redis and workers for the tests or for `make run`."""

    url: str
    redis_url: str

    def __init__(
        self,
        folder: Path | None = None,
        remote_unmute: bool = True,
        redis: bool = True,
        settings: Mapping[str, object] | None = None,
        workers: bool = True,
        webhooks: str = "",
        worker_flags: Sequence[str] = (),
    ) -> None:
        """Describe the stack; nothing runs yet.

        `folder` keeps the logs and the configuration; without it they are deleted after the stop.
        `settings` are top-level entries of the server's configuration that add to ours or replace
        them. Without Redis there are no workers, because they reach the server through it. Webhooks
        are signed with the stack's key and sent to the URL `webhooks`. `worker_flags` are options
        of the stand-in: --pace=real makes it as slow as real workers, --session-limit=2s ends
        egress jobs after that time.
        """
        self._temporary = folder is None
        self.folder = Path(tempfile.mkdtemp(prefix="livekit-")) if folder is None else folder
        self.api_key = f"API{secrets.token_hex(6)}"
        self.api_secret = secrets.token_urlsafe(32)
        self._keys = {self.api_key: self.api_secret}
        self._remote_unmute = remote_unmute
        self._with_redis = redis
        self._with_workers = redis and workers
        self._worker_flags = tuple(worker_flags)
        self._settings = dict(settings or {})
        if webhooks:
            self._settings["webhook"] = {"urls": [webhooks], "api_key": self.api_key}
        self._redis: Process | None = None
        self._livekit: Process | None = None
        self._workers: Process | None = None
        self._standin: Standin | None = None

    @property
    def livekit(self) -> Process:
        """The server process; available after start."""
        if self._livekit is None:
            raise RuntimeError("this stack isn't running yet")
        return self._livekit

    @property
    def redis(self) -> Process:
        """The Redis process; available after start, unless redis=False."""
        if self._redis is None:
            raise RuntimeError("this stack has no Redis, or isn't running yet")
        return self._redis

    @property
    def workers(self) -> Process:
        """The stand-in worker process; available after start, unless the stack has no workers."""
        if self._workers is None:
            raise RuntimeError("this stack has no workers, or isn't running yet")
        return self._workers

    @property
    def standin(self) -> Standin:
        """The control interface of the stand-in worker."""
        if self._standin is None:
            raise RuntimeError("this stack has no workers, or isn't running yet")
        return self._standin

    def start(self) -> None:
        """Start everything, and return when the server responds."""
        programs = Programs(
            livekit_server(),
            redis_server() if self._with_redis else None,
            standin() if self._with_workers else None,
        )
        for attempt in range(1, TRIES + 1):
            self._arrange(programs)
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
        """Stop everything."""
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
        """The processes, in the order in which they start."""
        processes = (self._redis, self._livekit, self._workers)
        return [process for process in processes if process is not None]

    def _stop_processes(self) -> None:
        for process in reversed(self.processes):
            process.stop()

    def _arrange(self, programs: Programs) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for leftover in ("redis.log", "livekit.log", "standin.log", "dump.rdb"):
            (self.folder / leftover).unlink(missing_ok=True)
        ports = Ports(*free_ports(5))
        self.url = f"ws://{HOST}:{ports.livekit}"
        self.redis_url = f"redis://{HOST}:{ports.redis}"
        self._redis = self._workers = self._standin = None
        if programs.redis is not None:
            self._redis = redis_process(programs.redis, ports.redis, self.folder)
        if programs.workers is not None:
            self._workers = standin_process(
                programs.workers, ports, self._keys, self.folder, self._worker_flags
            )
            self._standin = Standin(HOST, ports.control)
        self._livekit = Process(
            "livekit-server",
            [programs.livekit, "--config", self._write_configuration(ports)],
            log=self.folder / "livekit.log",
            answers=lambda: says_ok(ports.livekit),
            prepare=lambda: self._forget_dead_server(ports.redis),
        )

    def _write_configuration(self, ports: Ports) -> Path:
        settings = livekit_configuration(ports, self._keys, self._remote_unmute)
        if self._with_redis:
            settings["redis"] = {"address": f"{HOST}:{ports.redis}"}
        config = self.folder / "livekit.yaml"
        # JSON is valid YAML
        config.write_text(json.dumps({**settings, **self._settings}, indent=2), encoding="utf-8")
        config.chmod(0o600)
        return config

    def _forget_dead_server(self, redis_port: int) -> None:
        # after a crash the next server would assign new rooms to the dead node for 5 s
        if self._redis is not None and self._redis.alive:
            ask_redis(redis_port, b"DEL nodes")
