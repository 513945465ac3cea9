"""Servers as child processes that are always stopped with this one."""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
LINES_SHOWN = 25


class StartError(Exception):
    """A process didn't start; the message includes the end of its log."""


class Process:
    """A child process in its own process group, with its output in a log file.

    It can be stopped and started again with the same command. It ends when this process ends for
    any reason; on Linux also when the thread that started it ends, so use one that keeps running.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        log: Path | None,
        answers: Callable[[], bool] = lambda: True,
        prepare: Callable[[], None] = lambda: None,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        ends_by: signal.Signals = signal.SIGTERM,
    ) -> None:
        """Describe the process; without a `log` it inherits our output.

        `prepare` is called before each start, `answers` until it returns that the process responds.
        The signal `ends_by` stops it.
        """
        self.name = name
        self.log = log
        self._command = [str(word) for word in command]
        self._answers = answers
        self._prepare = prepare
        self._env = None if env is None else dict(env)
        self._cwd = cwd
        self._ends_by = ends_by
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """True while the process runs."""
        return self._child is not None and self._child.poll() is None

    @property
    def pid(self) -> int:
        """Its process id; 0 before the first start."""
        return 0 if self._child is None else self._child.pid

    @property
    def exit_code(self) -> int | None:
        """Its exit code, or None while it runs or before the first start."""
        return None if self._child is None else self._child.poll()

    def start(self, patience: float = 20.0) -> None:
        """Start it and wait until it responds. Raises StartError if it exits or takes too long."""
        if self.alive:
            return
        self._prepare()
        self._spawn()
        deadline = time.monotonic() + patience
        while not self._answers():
            if self.exit_code is not None:
                raise StartError(
                    f"{self.name} exited with code {self.exit_code}{self.last_lines()}"
                )
            if time.monotonic() > deadline:
                self.stop()
                raise StartError(
                    f"{self.name} didn't respond within {patience:g} s{self.last_lines()}"
                )
            time.sleep(0.03)

    def _spawn(self) -> None:
        tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid())]
        output = None if self.log is None else self.log.open("ab")
        try:
            self._child = subprocess.Popen(
                [*tether, *self._command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=None if output is None else subprocess.STDOUT,
                env=self._env,
                cwd=self._cwd,
                start_new_session=True,
            )
        finally:
            if output is not None:
                output.close()
        atexit.register(self.stop)

    def stop(self, patience: float = 5.0) -> None:
        """End it and its child processes: send its signal repeatedly, then SIGKILL."""
        atexit.unregister(self.stop)
        child = self._child
        if child is None:
            return
        deadline = time.monotonic() + patience
        while child.poll() is None and time.monotonic() < deadline:
            # after the second signal, livekit-server doesn't wait for its participants to leave
            self._signal(self._ends_by)
            try:
                child.wait(0.5)
            except subprocess.TimeoutExpired:
                continue
        self._signal(signal.SIGKILL)
        child.wait()

    def kill(self) -> None:
        """Kill it without warning, as in a crash."""
        self.stop(patience=0)

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self.pid, number)
        except (ProcessLookupError, PermissionError):
            # the process group has ended (for a zombie, macOS reports "not permitted")
            return

    def last_lines(self) -> str:
        """Return the end of its log, to append to a message."""
        if self.log is None or not self.log.exists():
            return ""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "".join(f"\n    {line}" for line in lines[-LINES_SHOWN:])
