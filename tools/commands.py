"""Print progress, and run commands whose output matters only if they fail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
TOOLS = ROOT / ".tools"
LINES_SHOWN = 40


class SetupError(Exception):
    """Setup failed; the message is one line, followed by the last lines of a failed command."""


def say(line: str) -> None:
    """Print one line immediately; ignore a terminal that was closed."""
    try:
        print(line, flush=True)
    except OSError:
        # otherwise the next print, and Python's flush at exit, would fail as well
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str:
    """Run a command and return its output. Raises SetupError if it fails."""
    words = [str(word) for word in command]
    try:
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=None if env is None else dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            process_group=0,
        )
    except OSError as error:
        raise SetupError(f"can't start {words[0]}: {error.strerror}") from error
    with process:
        try:
            printed, _ = process.communicate()
        except BaseException:
            # end the whole process group: the command may have started others
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        last = "".join(f"\n    {line}" for line in printed.splitlines()[-LINES_SHOWN:])
        raise SetupError(f"'{' '.join(words)}' failed with exit code {process.returncode}{last}")
    return printed


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def main(work: Callable[[list[str]], None]) -> None:
    """Run a tool as a command; a SetupError or OSError prints one line and exits with 1."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        work(sys.argv[1:])
    except (SetupError, OSError) as error:  # such as a full disk
        say(f"make: {error}")
        sys.exit(1)
