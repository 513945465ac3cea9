"""LiveKit Dashboard: a server-rendered dashboard for a LiveKit server."""

import tomllib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path


def _version() -> str:
    try:
        return version("livekit-dashboard")
    except PackageNotFoundError:  # not installed: run from the source tree
        project = Path(__file__).parent.parent / "pyproject.toml"
        return str(tomllib.loads(project.read_text(encoding="utf-8"))["project"]["version"])


__version__ = _version()
