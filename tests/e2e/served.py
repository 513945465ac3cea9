"""A dashboard in a process of its own, which can be stopped and started again at its address."""

import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.ports import free_ports
from dev.processes import Process
from dev.stack import Stack
from tests.support.dashboard import PASSWORD, SESSION_SECRET
from tests.support.leaks import LEAKS

ROOT = Path(__file__).parents[2]


class Served:
    """`python -m app` for a stack, refreshing every second."""

    def __init__(self, stack: Stack, folder: Path, **settings: str) -> None:
        """Describe the process; `settings` by their names in the environment."""
        port = str(free_ports(1)[0])
        self.url = f"http://127.0.0.1:{port}"
        own = {
            "PORT": port,
            "LIVEKIT_URL": stack.url,
            "LIVEKIT_API_KEY": stack.api_key,
            "LIVEKIT_API_SECRET": stack.api_secret,
            "ADMIN_PASSWORD": PASSWORD,
            "SESSION_SECRET": SESSION_SECRET,
            "REFRESH_SECONDS": "1",
        }
        self.process = Process(
            "dashboard",
            [sys.executable, "-m", "app"],
            log=LEAKS.follow(folder / "dashboard.log"),
            answers=self._answers,
            env=LEAKS.environment({"PATH": os.environ["PATH"], **own, **settings}),
            cwd=ROOT,
        )

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except urllib.error.URLError:
            return False

    def __enter__(self) -> Self:
        """Start it."""
        self.process.start(patience=60)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.process.stop()
