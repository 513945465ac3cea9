"""Install or lock the Python packages with Poetry, over the package index that pip uses.

python -m tools.poetry venv      make .venv
python -m tools.poetry install   bring .venv to what poetry.lock says
python -m tools.poetry lock      write poetry.lock anew
python -m tools.poetry wheel     build the wheel into dist/, with what the browser loads
python -m tools.poetry prefix X  install that wheel and what poetry.lock says of it into a new X
"""

from __future__ import annotations

import os
import venv
from pathlib import Path

from tools.commands import ROOT, SetupError, main, run, say
from tools.wheels import new_venv, package_index, toolbox

VENV = ROOT / ".venv"
DIST = ROOT / "dist"


def _environment() -> dict[str, str]:
    env = dict(os.environ)
    # an activated environment would be taken in place of .venv
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH"):
        env.pop(name, None)
    env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"
    # Poetry's own way to the index is not open everywhere; the lock names no host this way either
    env["POETRY_PYPI_MIRROR_URL"] = package_index()
    return env


def _poetry(*words: str, **environment: str) -> None:
    python = toolbox()
    command: list[str | Path] = [python, "-m", "poetry", "--no-interaction", "--no-ansi", *words]
    run(command, env=_environment() | environment)


def _prefix(folder: Path) -> None:
    """Make a virtual environment with the dashboard and nothing to build with, not even pip."""
    wheels = sorted(DIST.glob("*.whl"))
    if len(wheels) != 1:
        raise SetupError("dist/ holds no wheel, or several: run python -m tools.poetry wheel")
    venv.EnvBuilder(clear=True, symlinks=True).create(folder)
    _poetry("sync", "--only", "main", "--no-root", "--compile", VIRTUAL_ENV=str(folder))
    into: list[str | Path] = [toolbox(), "-m", "pip", "--python", folder / "bin" / "python"]
    run([*into, "install", "--quiet", "--no-deps", "--compile", wheels[0]])


def work(words: list[str]) -> None:
    """Do what the command line asks for."""
    match words:
        case ["venv"]:
            say("Making .venv ...")
            new_venv(VENV)
        case ["install"]:
            say("Installing the Python packages into .venv (a minute the first time) ...")
            _poetry("sync", "--no-root")
            (VENV / ".ready").touch()
        case ["lock"]:
            say("Locking the Python packages ...")
            _poetry("lock")
        case ["wheel"]:
            say("Building the wheel into dist/ ...")
            _poetry("build", "--format", "wheel", "--clean")
        case ["prefix", folder]:
            say(f"Installing the dashboard into {folder} ...")
            _prefix(Path(folder).absolute())
        case _:
            raise SetupError(f"unknown: {' '.join(words)}; see tools/poetry.py")


if __name__ == "__main__":
    main(work)
