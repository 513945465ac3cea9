"""Two instances of the dashboard behind a real nginx with TLS, configured by deploy/nginx.conf."""

import os
import re
import sys
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.ports import free_ports
from dev.processes import Process
from dev.stack import Stack
from tests.deploy.nginx import HOST, NAME, Nginx, accepts_connections
from tests.support.dashboard import PASSWORD, SESSION_SECRET
from tests.support.leaks import LEAKS
from tests.support.visitor import Visitor
from tools.commands import ROOT


class Proxied:
    """nginx and two dashboard instances behind it."""

    def __init__(self, stack: Stack, folder: Path, **settings: str) -> None:
        """Describe the processes; their files and logs go into `folder`."""
        ports = free_ports(2)
        self.folder = folder
        self.instances = [self._instance(stack, port, settings) for port in ports]
        self.nginx = Nginx(folder, ports)
        self._exits = ExitStack()

    def _instance(self, stack: Stack, port: int, settings: dict[str, str]) -> Process:
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "ENVIRONMENT": "production",
            "PORT": str(port),
            "LIVEKIT_URL": stack.url,
            "LIVEKIT_API_KEY": stack.api_key,
            "LIVEKIT_API_SECRET": stack.api_secret,
            "ADMIN_PASSWORD": PASSWORD,
            "SESSION_SECRET": SESSION_SECRET,
            "ALLOWED_HOSTS": f"{NAME},{HOST}",
            "REFRESH_SECONDS": "1",
            **settings,
        }
        return Process(
            f"dashboard-{port}",
            [sys.executable, "-m", "app"],
            log=LEAKS.follow(self.folder / f"dashboard-{port}.log"),
            answers=lambda: accepts_connections(port),
            env=LEAKS.environment(environment),
            cwd=self.folder,
        )

    def __enter__(self) -> Self:
        """Start the instances, then nginx."""
        for instance in self.instances:
            self._exits.callback(instance.stop)
            instance.start()
        self._exits.enter_context(self.nginx)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Stop all of them."""
        self._exits.close()

    def visitor(self) -> Visitor:
        """Return a client that is signed in and trusts nginx's certificate."""
        return Visitor(self.nginx.url, "admin", PASSWORD, self.nginx.trust())

    def request_counts(self, path: str) -> list[int]:
        """Return how many requests for `path` each instance has logged."""
        pattern = re.compile(rf'"path": "{re.escape(path)}"')
        logs = (instance.log for instance in self.instances)
        return [len(pattern.findall(log.read_text())) if log else 0 for log in logs]
