"""Serving: in this process, or by as many workers below it as WORKERS says."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import structlog
import uvicorn
from uvicorn.supervisors.multiprocess import Multiprocess, Process

from app.config.settings import Settings, SettingsError, likely_misspelt
from app.monitoring.logs import configure_logging
from app.process.connections import LimitedConnection, refused_address
from app.process.memory import keep_freed, keep_garbage_small

if TYPE_CHECKING:
    from fastapi import FastAPI

DESCRIPTORS = 65_536
# Longer than nginx keeps its own (60 s): whoever closes a connection that the other end is about
# to use breaks a request, and a POST is not sent again. uvicorn's 5 s are just a refresh.
KEEP_ALIVE_SECONDS = 65
MEMORY = Path("/dev/shm")  # noqa: S108  writable in containers whose root is not, and no disk

log = structlog.get_logger("workers")


def serve(settings: Settings) -> int:
    """Serve until stopped; open requests are given 10 s to end. 1 where workers cannot start.

    Raises SettingsError where HOST and PORT cannot be listened on.
    """
    if problem := refused_address(settings.host, settings.port):
        raise SettingsError([problem])
    configure_logging(settings)
    for name, meant in likely_misspelt().items():
        log.warning("no setting has this name", name=name, meant=meant)
    if settings.workers == 1:
        uvicorn.run(_application(settings, None), **options(settings))
        return 0
    with shared_figures(settings) as figures:
        app = partial(_worker, settings, figures)
        config = uvicorn.Config(app, factory=True, workers=settings.workers, **options(settings))
        workers = Workers(config, [config.bind_socket()])
        workers.run()
    return int(workers.failed)


def options(settings: Settings) -> dict[str, Any]:
    """Give what uvicorn is told of the settings, and how it is to serve."""
    return {
        "host": settings.host,
        "port": settings.port,
        "http": LimitedConnection,
        "ws": "none",
        "log_config": None,
        "lifespan": "on",
        "access_log": False,
        "server_header": False,
        "proxy_headers": True,
        "forwarded_allow_ips": list(settings.trusted_proxies),
        "timeout_keep_alive": KEEP_ALIVE_SECONDS,
        "timeout_graceful_shutdown": 10,
        "limit_concurrency": _descriptors() * 3 // 4 or None,  # the rest: calls to LiveKit, files
    }


class Workers(Multiprocess):
    """uvicorn's supervisor, which would kill a worker that gave it no sign of life for 5 s.

    A busy machine takes that long to start one. Here only what has ended is begun anew.
    """

    failed = False

    def keep_subprocess_alive(self) -> None:
        """Start another worker for each that was killed; end where one failed by itself."""
        for place, worker in enumerate(self.processes):
            if worker.process.is_alive() or self.should_exit.is_set():
                continue
            worker.process.join()
            log.error("a worker has ended", pid=worker.pid, exit_code=worker.exitcode)
            if worker.exitcode and worker.exitcode > 0:  # it would fail again
                self.failed = True
                self.should_exit.set()
            else:
                self.processes[place] = Process(self.config, self.sockets)
                self.processes[place].start()

    def terminate_all(self) -> None:
        """Take no more connections, and have the workers end."""
        for listening in self.sockets:
            listening.close()
        super().terminate_all()


def _application(settings: Settings, figures: Path | None) -> "FastAPI":
    from app.main import create_app  # 45 MB, which the first process of several does without

    keep_freed()
    app = create_app(settings, figures)
    keep_garbage_small()
    return app


def _worker(settings: Settings, figures: Path | None) -> "FastAPI":
    """Give a worker's application, with the settings that the first process has read."""
    configure_logging(settings)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    return _application(settings, figures)


def _end_with_parent() -> None:
    """End when the first process is gone, however it went: nobody would stop this one."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def shared_figures(settings: Settings) -> Iterator[Path | None]:
    """Give the folder by which the workers add up their figures; None where nobody asks for any.

    Raises SettingsError where no folder can be written.
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
        os.putenv("PROMETHEUS_MULTIPROC_DIR", name)  # for the workers: read where it is imported
        yield Path(name)


def _descriptors() -> int:
    """Raise the limit of open files as far as it goes, and give it; 0 where there is none."""
    try:
        import resource
    except ImportError:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if 0 <= soft < DESCRIPTORS:
        wanted = DESCRIPTORS if hard < 0 else min(hard, DESCRIPTORS)
        with suppress(ValueError, OSError):  # some systems have another limit besides
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return max(soft, 0)
