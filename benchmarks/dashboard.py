"""The dashboard under test, in a separate process."""

import os
import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.ports import free_ports
from dev.processes import Process
from dev.servers import HOST, says_ok
from dev.stack import Stack
from tools.commands import ROOT

USER = "bench"


class Dashboard:
    """A dashboard process for a stack; the context manager starts and stops it."""

    def __init__(
        self, stack: Stack, folder: Path, settings: Mapping[str, str] | None = None
    ) -> None:
        """Describe the process. It logs to `folder` and runs there, so that it reads no `.env`."""
        self._port = free_ports(1)[0]
        self.url = f"http://{HOST}:{self._port}"
        self.password = secrets.token_urlsafe(18)
        self._process = Process(
            "dashboard",
            [sys.executable, "-m", "benchmarks.served"],
            log=folder / "dashboard.log",
            answers=lambda: says_ok(self._port, "/health"),
            env=self._environment(stack) | dict(settings or {}),
            cwd=folder,
        )

    def _environment(self, stack: Stack) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", ""),
            "ENABLE_SIP": "true",
            "PYTHONPATH": str(ROOT),
            "ENVIRONMENT": "development",
            "HOST": HOST,
            "PORT": str(self._port),
            "LIVEKIT_URL": stack.url,
            "LIVEKIT_API_KEY": stack.api_key,
            "LIVEKIT_API_SECRET": stack.api_secret,
            "ADMIN_USERNAME": USER,
            "ADMIN_PASSWORD": self.password,
            "SESSION_SECRET": secrets.token_urlsafe(48),
        }

    def __enter__(self) -> Self:
        """Start it and wait until it responds."""
        self._process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Stop it."""
        self._process.stop()

    @property
    def pid(self) -> int:
        """The process ID."""
        return self._process.pid

    @property
    def resident(self) -> int:
        """Resident memory in bytes."""
        printed = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self._process.pid)],
            capture_output=True,
            text=True,
            check=True,
        )
        return int(printed.stdout) * 1024
