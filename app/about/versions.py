"""The versions of the dashboard and its dependencies."""

import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from app import __version__
from app.web.assets import FOLDER

# Names as in the package index.
PACKAGES = (
    "livekit-api",
    "livekit-protocol",
    "FastAPI",
    "Starlette",
    "uvicorn",
    "Jinja2",
    "pydantic",
    "aiohttp",
    "protobuf",
    "cryptography",
)


@cache
def versions() -> Mapping[str, str]:
    """Return each version by name, including the packages that the browser loads.

    Looked up once per process: versions don't change while it runs, and each is a file to find.
    """
    installed = FOLDER / "vendor" / "versions.json"
    browser: dict[str, str] = json.loads(installed.read_text(encoding="utf-8"))
    return {
        "LiveKit Dashboard": __version__,
        "Python": platform.python_version(),
        **{name: version(name) for name in PACKAGES},
        **browser,
        "System": f"{platform.system()} {platform.release()}, {platform.machine()}",
    }
