"""A real S3 server for the tests: versitygw, which keeps objects in a folder."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from dev.gobuilds import s3_server
from dev.ports import free_ports
from dev.processes import Process
from dev.servers import HOST, says_ok


class S3:
    """An S3 server on a free loopback port.

    To test an outage, stop, kill or freeze `process` and start it again.
    """

    def __init__(self) -> None:
        """Initialize its folder; nothing runs yet."""
        self.folder = Path(tempfile.mkdtemp(prefix="s3-"))
        (self.port,) = free_ports(1)
        self.key = f"KEY{secrets.token_hex(8)}"
        self.secret = secrets.token_urlsafe(32)
        objects = self.folder / "objects"
        objects.mkdir()
        address: list[str | Path] = ["--port", f"{HOST}:{self.port}", "--health", "/health"]
        self.process = Process(
            "versitygw",
            [s3_server(), *address, "posix", "--sidecar", self._sidecar(), objects],
            log=self.folder / "s3.log",
            answers=lambda: says_ok(self.port, "/health"),
            env={**os.environ, "ROOT_ACCESS_KEY": self.key, "ROOT_SECRET_KEY": self.secret},
        )

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
        """Stop it and delete its folder."""
        self.process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which a dashboard reaches it."""
        return {
            "AWS_ENDPOINT_URL": f"http://{HOST}:{self.port}",
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": self.key,
            "AWS_SECRET_ACCESS_KEY": self.secret,
        }

    def bucket(self) -> str:
        """Make an empty bucket and return its name."""
        name = f"bucket-{secrets.token_hex(4)}"
        (self.folder / "objects" / name).mkdir()
        return name

    def unfinished(self, bucket: str) -> list[Path]:
        """Return what uploads in parts, neither finished nor aborted, have left in a bucket."""
        return [path for path in self._parts(bucket).rglob("*") if path.is_file()]

    def _parts(self, bucket: str) -> Path:
        return self.folder / "objects" / bucket / ".sgwtmp" / "multipart"

    def _sidecar(self) -> Path:
        """Return a folder for the attributes of objects: not every file system can keep them."""
        folder = self.folder / "sidecar"
        folder.mkdir()
        return folder
