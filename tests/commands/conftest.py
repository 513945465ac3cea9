"""A fake `lk`."""

from pathlib import Path

import pytest

from tests.support.shells import fake_lk


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an `lk` that records what reached it, for `ran`."""
    folder = tmp_path_factory.mktemp("bin")
    fake_lk(folder)
    return folder
