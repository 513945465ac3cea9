"""Serving: in this process, or in as many workers below it as WORKERS says."""

import logging
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors.multiprocess import Multiprocess

from app.config.checks import weak_password
from app.config.settings import Settings, doubtful, likely_misspelled
from app.config.sources import SettingsError
from app.monitoring.logs import configure_logging
from app.process.connections import LimitedConnection
from app.process.listening import listening
from app.process.memory import keep_freed, keep_garbage_small

if TYPE_CHECKING:
    from fastapi import FastAPI

DESCRIPTORS = 65_536
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Longer than nginx keeps idle connections (60 s): closing one that the proxy is about to use
# breaks a request, and a POST isn't sent again. uvicorn's 5 s are no more than one refresh.
KEEP_ALIVE_SECONDS = 65
MEMORY = Path("/dev/shm")  # noqa: S108  memory, writable even if the root is read-only

log = structlog.get_logger("workers")


def serve(settings: Settings) -> int:
    """Serve until stopped; return the exit code, STARTUP_FAILURE if the application can't start.

    Requests under way have 10 s to end. Raises SettingsError if nothing can listen on HOST and
    PORT.
    """
    with listening(settings.host, settings.port) as sockets:
        configure_logging(settings)
        for name, meant in likely_misspelled().items():
            log.warning("no setting has this name", name=name, meant=meant)
        if problem := exposed(settings):
            log.warning("the password is weak", host=settings.host, problem=problem)
        for name, doubt in doubtful(settings).items():
            log.warning(f"the setting {doubt}", name=name)
        check_schema(settings)
        return _run(settings, sockets) if settings.workers == 1 else _run_workers(settings, sockets)


def check_schema(settings: Settings) -> None:
    """Migrate the store, so that the processes which work with it find it up to date.

    Raises SettingsError for a database of a newer version. If the database doesn't respond, the
    workers try again until it does.
    """
    if not settings.stored_in:
        return
    from app.store.errors import NewerSchema  # as _application
    from app.store.opening import prepare

    try:
        prepare(settings.stored_in)
    except NewerSchema as error:
        text = f"DATABASE_URL: {error.title}. {error.reason} {error.advice}"
        raise SettingsError([text]) from None


def exposed(settings: Settings) -> str | None:
    """Return what is wrong with the password of a development server that others can reach."""
    if settings.production or settings.host in LOOPBACK:
        return None  # production has refused a weak one
    return weak_password(settings.admin_password, settings.admin_username)


def _run(settings: Settings, sockets: list[socket.socket]) -> int:
    server = uvicorn.Server(uvicorn.Config(_application(settings, None, None), **options(settings)))
    with suppress(KeyboardInterrupt):
        server.run(sockets)
    return 0 if server.started else STARTUP_FAILURE


def _run_workers(settings: Settings, sockets: list[socket.socket]) -> int:
    # uvicorn reports a worker that has died as information
    logging.getLogger("uvicorn.error").setLevel(logging.getLogger().level)
    with shared_figures(settings) as figures, shared_sockets(settings) as folder:
        app = partial(_worker, settings, figures, folder)
        config = uvicorn.Config(app, factory=True, workers=settings.workers, **options(settings))
        workers = Workers(config, sockets)
        workers.run()
    codes = {worker.exitcode for worker in workers.processes}
    return STARTUP_FAILURE if STARTUP_FAILURE in codes else 0


def options(settings: Settings) -> dict[str, Any]:
    """Return uvicorn's options: what the settings say, and how the dashboard is served."""
    return {
        "host": settings.host,
        "port": settings.port,
        "http": LimitedConnection,
        "ws": "none",
        "log_config": None,
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,  # app.web.base_path does it, and needs the proxy's own address
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": 10,
        "timeout_worker_healthcheck": 30,  # a busy machine takes more than uvicorn's 5 to start one
        "limit_concurrency": _descriptors() * 3 // 4 or None,  # the rest: calls to LiveKit, files
    }


class Workers(Multiprocess):
    """uvicorn's supervisor, which would otherwise keep listening until the last worker has ended.

    A proxy would then give it connections that nobody accepts.
    """

    def terminate_all(self) -> None:
        """Stop listening, then tell the workers to end."""
        for listening_socket in self.sockets:
            listening_socket.close()
        super().terminate_all()


def _application(settings: Settings, figures: Path | None, sockets: Path | None) -> "FastAPI":
    from app.main import create_app  # 45 MB that the first process of several doesn't need

    keep_freed()
    app = create_app(settings, figures, sockets=sockets)
    keep_garbage_small()
    return app


def _worker(settings: Settings, figures: Path | None, sockets: Path | None) -> "FastAPI":
    """Return a worker's application, with the settings that the first process has read.

    Exits with the one code after which uvicorn starts no other worker: it would fail as well.
    """
    configure_logging(settings)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        return _application(settings, figures, sockets)
    except Exception:
        log.exception("the application can't start")
        sys.exit(STARTUP_FAILURE)


def _end_with_parent() -> None:
    """End when the first process is gone, however it ended: nothing else would stop this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def shared_figures(settings: Settings) -> Iterator[Path | None]:
    """Create the folder in which the workers add up their metrics; None without METRICS_TOKEN.

    Raises SettingsError if no folder can be written.
    """
    if not settings.metrics_token:
        yield None
        return
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    try:
        folder = TemporaryDirectory(prefix="livekit-dashboard-", dir=where)
    except OSError as error:
        line = f"WORKERS: several with METRICS_TOKEN need a folder for temporary files: {error}"
        raise SettingsError([line]) from None
    with folder as name:
        os.putenv("PROMETHEUS_MULTIPROC_DIR", name)  # the workers read it on import
        yield Path(name)


@contextmanager
def shared_sockets(settings: Settings) -> Iterator[Path | None]:
    """Create the folder in which the workers of a dashboard without a store report changes.

    None if they have something better, or if no folder can be written: pages then refresh at
    their interval.
    """
    if settings.stored_in or settings.redis_url:
        yield None
        return
    try:
        folder = TemporaryDirectory(prefix="livekit-dashboard-live-")
    except OSError as error:
        log.warning("workers can't tell each other of changes", error=str(error))
        yield None
        return
    with folder as name:
        yield Path(name)


def _descriptors() -> int:
    """Raise the limit of open files as far as possible and return it; 0 for no limit."""
    try:
        import resource
    except ImportError:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < DESCRIPTORS:
        most = DESCRIPTORS if hard < 0 else min(hard, DESCRIPTORS)
        with suppress(ValueError, OSError):  # some systems have another limit as well
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
            return most
    return max(soft, 0)
