"""What the dashboard is made of: its own version, and those of what it stands on."""

import json
import platform
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version

from app import __version__
from app.web.assets import FOLDER

# As the package index names them.
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
    """Give each version by what it is of; what the browser loads is known from the installation.

    Looked up once a process: what runs stays what it is, and each package is a file to find.
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
