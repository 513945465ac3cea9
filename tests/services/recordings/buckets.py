"""Files in the bucket of a preset, as a worker writes them, and a server that hangs."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from app.config.presets import S3Preset
from app.storage import buckets
from dev.s3 import S3


def in_bucket(preset: S3Preset, key: str, content: bytes) -> None:
    """Write a file."""
    buckets.opened(preset).put(key, content)


def is_there(preset: S3Preset, key: str) -> bool:
    """Return whether a bucket has a file."""
    return key in buckets.opened(preset).listed("", "", 1000)


@contextmanager
def frozen(s3: S3) -> Iterator[None]:
    """Let the server answer nothing."""
    os.kill(s3.process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(s3.process.pid, signal.SIGCONT)
