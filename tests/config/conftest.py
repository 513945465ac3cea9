"""A process without any setting, in an empty folder of its own."""

import os
from pathlib import Path

import pytest

from app.config.settings import Settings


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Take every setting out of the environment, and change to an empty folder."""
    for name in list(os.environ):
        if name.upper().removesuffix("_FILE").lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch, bare: Path) -> pytest.MonkeyPatch:
    """Set what is required, so that one setting alone can be looked at."""
    from tests.config.samples import REQUIRED

    for name, value in REQUIRED.items():
        monkeypatch.setenv(name, value)
    return monkeypatch
