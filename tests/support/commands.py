"""The command line, as a person runs it, and forked from a process that has imported it already."""

import io
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from multiprocessing.connection import Connection
from pathlib import Path

from app.__main__ import main
from tests.contracts.tree import ROOT

GIVEN = {
    "LIVEKIT_URL": "ws://127.0.0.1:1",
    "LIVEKIT_API_KEY": "key",
    "LIVEKIT_API_SECRET": "secret" * 6,
    "ADMIN_PASSWORD": "password",
    "PORT": "1",
    "HOST": "127.0.0.1",
}
PATIENCE = 60.0  # seconds

# Importing the dashboard takes a second. The server has no thread and no dashboard of a test.
SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(
    [
        "app.process.commands",
        "app.process.diagnosis",
        "app.process.token_commands",
        "app.process.user_commands",
    ]
)


def run(
    folder: Path, *words: str, typed: str = "", **given: str
) -> subprocess.CompletedProcess[str]:
    """Run a command in a process that was forked for it, with something on standard input."""
    ours, theirs = SERVER.Pipe()
    given_all = {**GIVEN, **given}
    process = SERVER.Process(target=_run, args=(theirs, folder, words, typed, given_all))
    process.start()
    theirs.close()
    try:
        assert ours.poll(PATIENCE), f"{words} took too long"
        code, out, err = ours.recv()
    finally:
        process.kill()
        process.join()
    return subprocess.CompletedProcess(words, code, out, err)


def _run(
    answer: Connection, folder: Path, words: Sequence[str], typed: str, given: Mapping[str, str]
) -> None:
    os.chdir(folder)
    os.environ.update(given)
    sys.stdin = io.StringIO(typed)
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as end:  # of the parser
            code = int(end.code or 0)
    answer.send((code, out.getvalue(), err.getvalue()))


def run_apart(
    folder: Path, *words: str, typed: str = "", **given: str
) -> subprocess.CompletedProcess[str]:
    """Run a command as a person runs it."""
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(ROOT), **GIVEN, **given}
    return subprocess.run(
        [sys.executable, "-m", "app", *words],
        cwd=folder,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
