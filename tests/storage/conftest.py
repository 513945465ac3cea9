"""The storages of these tests: each test that uses one runs on a folder and on a real S3 server."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.storage.storage import Storage
from dev.s3 import S3
from tests.support.leaks import LEAKS

KINDS = ["folder", "s3"]


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """The run's S3 server: s3.bucket(), s3.process.stop()."""
    with S3() as running:
        LEAKS.keep(running.secret, "the secret of the S3 server")
        yield running


@pytest.fixture
def s3_url(s3: S3, monkeypatch: pytest.MonkeyPatch) -> str:
    """The STORAGE_URL of a prefix in an empty bucket, whose keys are in the environment."""
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    s3.process.start()
    return f"s3://{s3.bucket()}/some/prefix"


@pytest.fixture
def folder_url(tmp_path: Path) -> str:
    """The STORAGE_URL of a folder that isn't there yet, and whose name needs to be quoted."""
    return (tmp_path / "files of ü%20").as_uri()


@pytest.fixture(params=KINDS)
def storage_url(request: pytest.FixtureRequest) -> str:
    """The STORAGE_URL of an empty storage of the test's own."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def storage(storage_url: str) -> Iterator[Storage]:
    """An empty storage; run its calls by asyncio.run."""
    opened = Storage(storage_url)
    asyncio.run(opened.prepare())
    yield opened
    opened.close()


@pytest.fixture
def root() -> Iterator[Path]:
    """A folder that any user can reach, which those of pytest aren't."""
    folder = Path(tempfile.mkdtemp(prefix="storage-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
