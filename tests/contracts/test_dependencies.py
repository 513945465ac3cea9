"""Every package that the code imports is declared, so that no other package can drop it."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.contracts.tree import ROOT, python_files

PROVIDED = dict(packages_distributions())  # reads every installed package: once is enough
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
OWN = {"app", "dev", "tests", "tools", "benchmarks"}


def plain(name: str) -> str:
    """Return the name of a package as the index compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    """Return the packages that requirements name."""
    return {plain(re.split(r"[^A-Za-z0-9._-]", each, maxsplit=1)[0]) for each in requirements}


def imported(path: Path) -> set[str]:
    """Return the modules that a file imports absolutely."""
    modules: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module)
    return modules


def packages(module: str) -> set[str]:
    """Return the packages that provide a module."""
    if module.startswith("google.protobuf"):
        return {"protobuf"}  # a namespace that other packages share
    if module.startswith("livekit."):
        part = module.split(".")[1]
        return {{"api": "livekit-api", "protocol": "livekit-api"}.get(part, f"livekit-{part}")}
    return {plain(name) for name in PROVIDED.get(module.partition(".")[0], [module])}


@pytest.mark.parametrize("path", python_files("app"), ids=lambda path: path.stem)
def test_what_the_dashboard_imports_is_declared(path: Path) -> None:
    wanted = declared(PROJECT["project"]["dependencies"])
    others = {
        module
        for module in imported(path)
        if module.partition(".")[0] not in OWN | sys.stdlib_module_names
    }
    missing = {module for module in others if not packages(module) & wanted}
    assert missing == set()
