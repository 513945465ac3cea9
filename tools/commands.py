"""Say what happens, and run a command whose output matters only when it fails."""

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
    """Setting up cannot go on; the message is one line, and the last lines of a failed command."""


def say(line: str) -> None:
    """Print one line at once; a terminal that has gone away is no reason to fail."""
    try:
        print(line, flush=True)
    except OSError:
        # the next print would fail the same way, and so would Python's own flush at exit
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115


def run(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str:
    """Run a command to its end and return what it printed; raise SetupError if it fails."""
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
        raise SetupError(f"{words[0]} does not start: {error.strerror}") from error
    with process:
        try:
            printed, _ = process.communicate()
        except BaseException:
            # the command may have started others: its whole group ends with it
            os.killpg(process.pid, signal.SIGKILL)
            raise
    if process.returncode:
        last = "".join(f"\n    {line}" for line in printed.splitlines()[-LINES_SHOWN:])
        raise SetupError(f"'{' '.join(words)}' failed with exit code {process.returncode}{last}")
    return printed


def _leave(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


def main(work: Callable[[list[str]], None]) -> None:
    """Run a tool as a command: a SetupError or OSError is shown in a line, with exit code 1."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    try:
        work(sys.argv[1:])
    except (SetupError, OSError) as error:  # such as a full disk
        say(f"make: {error}")
        sys.exit(1)
