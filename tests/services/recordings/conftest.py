"""Storages that an administrator declared: a folder, and a bucket of a real S3 server."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from app.config.presets import S3Preset
from app.services.recordings.places import Places
from dev.s3 import S3
from tests.support.leaks import LEAKS


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """The run's S3 server: s3.bucket(), s3.process.stop()."""
    with S3() as running:
        LEAKS.keep(running.secret, "the secret of the S3 server of recordings")
        yield running


@pytest.fixture
def preset(s3: S3) -> S3Preset:
    """A preset for an empty bucket, all of it."""
    s3.process.start()
    return S3Preset(
        name="Tapes",
        type="s3",
        bucket=s3.bucket(),
        endpoint=s3.environment["AWS_ENDPOINT_URL"],
        region=s3.environment["AWS_REGION"],
        access_key=SecretStr(s3.key),
        secret=SecretStr(s3.secret),
        force_path_style=True,
    )


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder that workers record into."""
    folder = tmp_path / "recorded here"
    folder.mkdir()
    return folder


@pytest.fixture
def places(preset: S3Preset, root: Path) -> Iterator[Places]:
    """The bucket and the folder."""
    opened = Places([preset], root)
    yield opened
    opened.close()
