"""A real dashboard on a free loopback port, in a thread of the test run."""

import atexit
import hashlib
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr

from app.config.settings import load_settings
from app.main import create_app
from app.process.serving import options
from app.security.authentication import Authenticator
from dev.stack import Stack
from tests.support.leaks import LEAKS
from tests.support.visitor import Visitor

PASSWORD = "correct-Horse-9-battery"
SESSION_SECRET = "a-session-secret-of-the-tests-0123456789"
FILES = Path(tempfile.mkdtemp(prefix="files-"))
atexit.register(shutil.rmtree, FILES, ignore_errors=True)


def managing(stack: Stack) -> dict[str, Any]:
    """Return the settings by which a dashboard manages this stack's LiveKit."""
    return {
        "livekit_url": stack.url,
        "livekit_api_key": stack.api_key,
        "livekit_api_secret": stack.api_secret,
    }


def files_of(database_url: str | SecretStr) -> str:
    """Return the STORAGE_URL of all dashboards that have this database."""
    known = SecretStr(database_url) if isinstance(database_url, str) else database_url
    digest = hashlib.sha256(known.get_secret_value().encode()).hexdigest()
    return (FILES / digest[:16]).as_uri()


def recordings_of(database_url: str | SecretStr) -> Path:
    """Return the RECORDINGS_ROOT of these dashboards: a folder beside that of their files."""
    folder = Path(f"{urlsplit(files_of(database_url)).path}-recorded")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def with_store(app: FastAPI) -> FastAPI:
    """Return an application with the same settings and a store, which nobody opens."""
    stored = {"database_url": SecretStr("sqlite:////nowhere/dashboard.db")}
    return create_app(app.state.settings.model_copy(update=stored))


class Dashboard:
    """One running dashboard; settings by their field names, the rest as for every test.

    It has a free port unless the settings have one.
    """

    def __init__(self, authenticator: Authenticator | None = None, **settings: Any) -> None:
        self.settings = load_settings(
            _env_file=None,
            **{
                "admin_password": PASSWORD,
                "session_secret": SESSION_SECRET,
                "signin_tries_per_minute": 1000,
                "storage_url": files_of(settings.get("database_url") or ""),
                "recordings_root": recordings_of(settings.get("database_url") or ""),
                **settings,
            },
        )
        LEAKS.settings(self.settings)
        self.app = create_app(self.settings, authenticator=authenticator, jobs=False)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind(("127.0.0.1", settings.get("port", 0)))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            self.app, **options(self.settings) | {"timeout_graceful_shutdown": 1}
        )
        self.server = uvicorn.Server(config)
        self._visitors: list[Visitor] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> "Dashboard":
        """Serve, and return when it answers."""
        self._thread.start()
        while not self.server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the dashboard did not start")
            self._thread.join(0.01)
        return self

    def begin_to_stop(self) -> None:
        """Stop serving, without waiting for the end: many dashboards then stop together."""
        for visitor in self._visitors:
            visitor.close()
        self.server.should_exit = True

    def stop(self) -> None:
        """Stop serving; the lifespan ends too, and visitors leave."""
        self.begin_to_stop()
        self._thread.join(20)
        self._socket.close()
        assert not self._thread.is_alive(), "the dashboard did not stop"

    def visitor(self, **how: Any) -> Visitor:
        """Return a new browser-like client, signed in unless told otherwise."""
        visitor = Visitor(self.url, **{"username": "admin", "password": PASSWORD, **how})
        still = [each for each in self._visitors if not each.http.is_closed]
        self._visitors = [*still, visitor]
        return visitor

    def holds(self, client: socket.socket) -> bool:
        """Return whether the dashboard has the server's side of this connection."""
        held = list(self.server.server_state.connections)
        return client.getsockname() in [getattr(each, "client", None) for each in held]

    def _serve(self) -> None:
        self.server.run(sockets=[self._socket])


class Dashboards:
    """Starts dashboards of a stack, some settings changed: dashboards(read_only=True)."""

    def __init__(self, stack: Stack) -> None:
        self._own = {**managing(stack), "enable_sip": True}
        self._started: list[Dashboard] = []

    def __call__(self, authenticator: Authenticator | None = None, **settings: Any) -> Dashboard:
        """Start one, and return it."""
        dashboard = Dashboard(authenticator, **{**self._own, **settings}).start()
        self._started.append(dashboard)
        return dashboard

    def stop(self, stored_in: str = "") -> None:
        """Stop all, or those whose DATABASE_URL begins so; together, because each takes a while."""
        ending = [each for each in self._started if each.settings.stored_in.startswith(stored_in)]
        for dashboard in ending:
            dashboard.begin_to_stop()
        for dashboard in ending:
            dashboard.stop()
            self._started.remove(dashboard)
