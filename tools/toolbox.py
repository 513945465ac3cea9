"""Poetry and its plugin in a virtual environment of their own, under .tools/.

Every package is pinned and verified by hash. To update Poetry, change PACKAGES and run `make lock`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

from tools.commands import ROOT, TOOLS, SetupError, run, say
from tools.requirements import hashed_requirements

TOOLBOX = TOOLS / "venv"
REQUIREMENTS = ROOT / "tools" / "poetry-requirements.txt"
PACKAGES = ("poetry==2.5.1", "poetry-plugin-pypi-mirror==0.6.5")
PROJECT = """[project]
name = "toolbox"
version = "0"
requires-python = ">=3.11,<4.0"
dependencies = [{dependencies}]
[tool.poetry]
package-mode = false
"""


def new_venv(folder: Path) -> Path:
    """Create a virtual environment, replacing a broken one, and return its Python."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        raise SetupError(
            f"{sys.executable} has no ensurepip: install python3-venv (Debian, Ubuntu) "
            "or choose another Python: make PYTHON=/path/to/python3"
        ) from None
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=os.name != "nt").create(folder)
    except subprocess.CalledProcessError as error:
        last = (error.output or b"").decode(errors="replace").strip().splitlines()[-1:]
        raise SetupError(f"can't create {folder}: {' '.join(last) or error}") from None
    return folder / "bin" / "python"


def toolbox() -> Path:
    """Return the Python that has Poetry and its plugin; the first call installs them."""
    python = TOOLBOX / "bin" / "python"
    ready = TOOLBOX / ".ready"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if python.exists() and ready.exists() and ready.read_text(encoding="utf-8") == wanted:
        return python
    say("Installing Poetry into .tools/ ...")
    new_venv(TOOLBOX)
    run([python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", REQUIREMENTS])
    ready.write_text(wanted, encoding="utf-8")
    return python


def package_index() -> str:
    """Return the URL of the package index that pip uses."""
    # only pip knows the result of its defaults, its configuration and the environment
    code = (
        "from pip._internal.commands import create_command as c;"
        "print(c('install').parse_args([])[0].index_url)"
    )
    return run([toolbox(), "-c", code]).strip()


def lock_toolbox(env: dict[str, str]) -> None:
    """Update the pinned packages of the toolbox, using the Poetry that is installed now."""
    dependencies = ", ".join(f'"{package}"' for package in PACKAGES)
    folder = Path(tempfile.mkdtemp(prefix="toolbox-", dir=TOOLS))
    try:
        project = folder / "pyproject.toml"
        project.write_text(PROJECT.format(dependencies=dependencies), encoding="utf-8")
        run([toolbox(), "-m", "poetry", "--no-interaction", "--project", folder, "lock"], env=env)
        lock = (folder / "poetry.lock").read_text(encoding="utf-8")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    REQUIREMENTS.write_text(hashed_requirements(lock), encoding="utf-8")
