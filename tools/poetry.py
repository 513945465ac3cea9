"""Install or lock the Python packages with Poetry, over the package index that pip uses.

python -m tools.poetry venv      make .venv
python -m tools.poetry install   bring .venv to what poetry.lock says
python -m tools.poetry lock      write poetry.lock anew
"""

from __future__ import annotations

import os

from tools.commands import ROOT, SetupError, main, run, say
from tools.wheels import new_venv, package_index, toolbox

VENV = ROOT / ".venv"


def _environment() -> dict[str, str]:
    env = dict(os.environ)
    # an activated environment would be taken in place of .venv
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX", "PYTHONPATH"):
        env.pop(name, None)
    env["POETRY_VIRTUALENVS_IN_PROJECT"] = "true"
    # Poetry's own way to the index is not open everywhere; the lock names no host this way either
    env["POETRY_PYPI_MIRROR_URL"] = package_index()
    return env


def _poetry(*words: str) -> None:
    python = toolbox()
    run([python, "-m", "poetry", "--no-interaction", "--no-ansi", *words], env=_environment())


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
        case _:
            raise SetupError(f"unknown: {' '.join(words)}; see tools/poetry.py")


if __name__ == "__main__":
    main(work)
