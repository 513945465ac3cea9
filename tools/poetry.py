"""Install or lock the Python packages with Poetry, through the package index that pip uses.

python -m tools.poetry venv      create .venv
python -m tools.poetry install   install the packages in poetry.lock into .venv
python -m tools.poetry lock      update poetry.lock and tools/poetry-requirements.txt
python -m tools.poetry wheel     build the wheel, with the browser files, into dist/
python -m tools.poetry prefix X  install that wheel and its locked dependencies into a new folder X
"""

from __future__ import annotations

import os
import shutil
import venv
from pathlib import Path

from tools.commands import ROOT, SetupError, main, run, say
from tools.toolbox import lock_toolbox, new_venv, package_index, toolbox

VENV = ROOT / ".venv"
DIST = ROOT / "dist"
DOCS = ROOT / "docs"
PACKAGED_DOCS = ROOT / "app" / "docs"  # where the installed dashboard finds them


def _environment() -> dict[str, str]:
    env = dict(os.environ)
    # Poetry would use an activated environment in place of .venv
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH"):
        env.pop(name, None)
    env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"
    # Poetry can't reach PyPI everywhere; besides, the lock file names no host this way
    env["POETRY_PYPI_MIRROR_URL"] = package_index()
    return env


def _poetry(*words: str, **environment: str) -> None:
    python = toolbox()
    command: list[str | Path] = [python, "-m", "poetry", "--no-interaction", "--no-ansi", *words]
    run(command, env=_environment() | environment)


def _prefix(folder: Path) -> None:
    """Create a virtual environment with the dashboard but no build tools, not even pip."""
    wheels = sorted(DIST.glob("*.whl"))
    if len(wheels) != 1:
        raise SetupError("dist/ must have exactly one wheel: run python -m tools.poetry wheel")
    venv.EnvBuilder(clear=True, symlinks=True).create(folder)
    _poetry("sync", "--only", "main", "--no-root", "--compile", VIRTUAL_ENV=str(folder))
    pip: list[str | Path] = [toolbox(), "-m", "pip", "--python", folder / "bin" / "python"]
    run([*pip, "install", "--quiet", "--no-deps", "--compile", wheels[0]])


def _wheel() -> None:
    """Build the wheel, with the documentation inside the package."""
    shutil.rmtree(PACKAGED_DOCS, ignore_errors=True)
    shutil.copytree(DOCS, PACKAGED_DOCS)
    try:
        _poetry("build", "--format", "wheel", "--clean")
    finally:
        shutil.rmtree(PACKAGED_DOCS)


def work(words: list[str]) -> None:
    """Run the command with these arguments."""
    match words:
        case ["venv"]:
            say("Creating .venv ...")
            new_venv(VENV)
        case ["install"]:
            say("Installing the Python packages into .venv (a minute the first time) ...")
            _poetry("sync", "--no-root")
            (VENV / ".ready").touch()
        case ["lock"]:
            say("Locking the Python packages ...")
            _poetry("lock")
            lock_toolbox(_environment())
        case ["wheel"]:
            say("Building the wheel into dist/ ...")
            _wheel()
        case ["prefix", folder]:
            say(f"Installing the dashboard into {folder} ...")
            _prefix(Path(folder).absolute())
        case _:
            raise SetupError(f"unknown arguments: {' '.join(words)}; see tools/poetry.py")


if __name__ == "__main__":
    main(work)
