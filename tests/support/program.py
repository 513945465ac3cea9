"""The dashboard as it is run: `python -m app` in a process of its own, with its real log."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dev.ports import free_ports
from dev.processes import Process
from dev.servers import says_ok
from tests.support.dashboard import PASSWORD
from tests.support.leaks import LEAKS
from tests.support.visitor import Visitor

ROOT = Path(__file__).resolve().parents[2]


def environment(**settings: str) -> dict[str, str]:
    """Return the environment of a process that has these settings and no other."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **settings}


def ended(
    folder: Path, words: Sequence[str] = (), **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run it with settings that it cannot use, until it ends on its own."""
    return LEAKS.ended([sys.executable, "-m", "app", *words], folder, environment(**settings))


class Program:
    """One running dashboard, with these settings by their names in the environment.

    Its log is a file in `folder`. Its `process` can be stopped and started again at its address.
    """

    words: Sequence[str] = ()  # of its command

    def __init__(self, folder: Path, stack: Any, **settings: str) -> None:
        self._port = free_ports(1)[0]
        self.url = f"http://127.0.0.1:{self._port}"
        self._log = folder / "program.log"
        given = {
            "PORT": str(self._port),
            "LIVEKIT_URL": stack.url,
            "LIVEKIT_API_KEY": stack.api_key,
            "LIVEKIT_API_SECRET": stack.api_secret,
            "ADMIN_PASSWORD": PASSWORD,
            "LOG_FORMAT": "json",
        }
        self.process = Process(
            "dashboard",
            [sys.executable, "-m", "app", *self.words],
            log=LEAKS.follow(self._log),
            answers=self.answers,
            env=LEAKS.environment(environment(**{**given, **settings})),
            cwd=folder,
        )

    def __enter__(self) -> "Program":
        """Start it, and return when it answers."""
        self.process.start(patience=60)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.process.stop(patience=15)

    def answers(self) -> bool:
        """Return whether it has started."""
        return says_ok(self._port, "/health")

    @property
    def pid(self) -> int:
        """The process id of the first process."""
        return self.process.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.process.exit_code

    @property
    def log(self) -> str:
        """Everything it wrote so far."""
        return self._log.read_text(encoding="utf-8")

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of its JSON log."""
        return [json.loads(line) for line in self.log.splitlines()]

    def visitor(self, username: str | None = "admin", password: str = PASSWORD) -> Visitor:
        """Return a client, signed in unless told otherwise; to be closed."""
        return Visitor(self.url, username, password)


class Worker(Program):
    """One running process of `livekit-dashboard worker`, which has no address."""

    words = ("worker",)

    def answers(self) -> bool:
        """Return whether it runs jobs."""
        return self._log.exists() and "jobs started" in self.log
