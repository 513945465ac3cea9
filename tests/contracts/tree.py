"""The files of this work tree, as the contracts read them."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
STATIC = APP / "static"
TEMPLATES = APP / "templates"
PYTHON_FOLDERS = ("app", "dev", "tests", "tools", "benchmarks")


def label(path: Path) -> str:
    """Return a file's path as a test's name shows it."""
    return path.relative_to(ROOT).as_posix()


def module_name(path: Path) -> str:
    """Return the dotted name of a Python file."""
    return path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")


def templates() -> list[Path]:
    """Return every template."""
    return sorted(path for path in TEMPLATES.rglob("*") if path.is_file())


def python_files(*folders: str) -> list[Path]:
    """Return the Python files below the named folders of the root."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def own_static(*endings: str) -> list[Path]:
    """Return our own static files with these endings; what is installed is left out."""
    files = (path for path in STATIC.rglob("*") if path.suffix in endings)
    return sorted(path for path in files if "vendor" not in path.relative_to(STATIC).parts)


def imports(path: Path) -> Iterator[str]:
    """Return the full name of each module that a Python file imports, or imports from."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
