"""The dashboard as in the image: installed from its wheel, run by an unprivileged user."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dev.processes import Process
from dev.servers import says_ok
from dev.stack import Stack
from tests.support.dashboard import PASSWORD, SESSION_SECRET
from tests.support.leaks import LEAKS

NOBODY = 65534  # the user nobody
# Other users may not be able to read root's own Python.
PYTHONS = (sys.executable, "/usr/bin/python3", "/usr/local/bin/python3")


@dataclass(frozen=True, slots=True)
class Installed:
    """The prefix, an empty folder to run in, and the command that switches the user."""

    prefix: Path
    folder: Path
    as_user: tuple[str, ...]

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Run the installed command with these settings only, and wait for it."""
        command = [*self.as_user, str(self.prefix / "bin" / "livekit-dashboard"), *words]
        return LEAKS.ended(command, self.folder, settings)

    def python(self, code: str) -> str:
        """Run a line of code with the installed Python, and return its output."""
        command: list[str | Path] = [*self.as_user, self.prefix / "bin" / "python", "-c", code]
        done = subprocess.run(
            command, cwd=self.folder, env={}, stdout=subprocess.PIPE, text=True, check=True
        )
        return done.stdout.strip()


def unprivileged() -> tuple[str, ...]:
    """Return the command that switches to the user nobody; empty if not run by root."""
    return (
        ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
        if os.geteuid() == 0
        else ()
    )


def usable_python() -> str:
    """Return a Python that the unprivileged user can run as well."""
    needs = "import sys, venv; sys.exit(sys.version_info < (3, 11))"
    for python in PYTHONS:
        command = [*unprivileged(), python, "-c", needs]
        if Path(python).exists() and subprocess.run(command, check=False).returncode == 0:
            return python
    raise AssertionError(f"none of {', '.join(PYTHONS)} can be run by an unprivileged user")


def settings_for(stack: Stack, port: int) -> Mapping[str, str]:
    """Return the environment of a container."""
    return {
        "LIVEKIT_URL": stack.url,
        "LIVEKIT_API_KEY": stack.api_key,
        "LIVEKIT_API_SECRET": stack.api_secret,
        "ADMIN_PASSWORD": PASSWORD,
        "SESSION_SECRET": SESSION_SECRET,
        "PORT": str(port),
    }


def serving(installed: Installed, settings: Mapping[str, str], log: Path) -> Process:
    """Return the installed dashboard as a process; the caller starts and stops it."""
    return Process(
        "dashboard",
        [*installed.as_user, installed.prefix / "bin" / "livekit-dashboard", "serve"],
        log=LEAKS.follow(log),
        answers=lambda: says_ok(int(settings["PORT"]), "/health"),
        env=LEAKS.environment(settings),
        cwd=installed.folder,
    )
