"""Layering and size: who may import what, who reads the environment, how long a file may be."""

import ast
import json
import tomllib
from pathlib import Path

import pytest

from tests.contracts.tree import (
    APP,
    PYTHON_FOLDERS,
    ROOT,
    STATIC,
    imports,
    label,
    python_files,
    templates,
)

SDK = ("livekit", "google")
OUTSIDE_SERVICES = [p for p in python_files("app") if "services" not in p.relative_to(APP).parts]
BEHAVIORS = sorted((STATIC / "js" / "behaviors").glob("*.js"))
MEDIA = sorted((STATIC / "js" / "media").glob("*.js"))


def too_long(paths: list[Path], ceiling: int) -> list[str]:
    """Give the files with more lines than `ceiling`, with their lines."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{label(path)}: {number}" for path, number in lines.items() if number > ceiling]


def reads_environment(path: Path) -> bool:
    """Whether a Python file names os.environ, os.getenv or dotenv."""
    words = {"environ", "environb", "getenv", "getenvb", "dotenv_values", "load_dotenv"}
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = {n.attr if isinstance(n, ast.Attribute) else getattr(n, "id", "") for n in tree}
    return bool(names & words) or any(name.rpartition(".")[2] in words for name in imports(path))


def test_only_services_know_the_sdk() -> None:
    found = {label(p): [m for m in imports(p) if m.split(".")[0] in SDK] for p in OUTSIDE_SERVICES}
    assert {path: modules for path, modules in found.items() if modules} == {}
    services = [m for path in python_files("app/services") for m in imports(path)]
    assert any(module.startswith("livekit.api") for module in services)


def test_services_know_nothing_of_pages_and_requests() -> None:
    above = ("fastapi", "starlette", "jinja2", "app.routes", "app.pages", "app.forms", "app.inputs")
    for path in python_files("app/services"):
        assert [m for m in imports(path) if m.startswith(above)] == [], label(path)


def test_only_settings_read_the_environment() -> None:
    assert [label(p) for p in python_files("app") if reads_environment(p)] == [
        "app/config/settings.py"
    ]


def test_every_module_says_what_it_is() -> None:
    files = [p for p in python_files(*PYTHON_FOLDERS) if p.read_text(encoding="utf-8").strip()]
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}
    assert [label(path) for path, tree in trees.items() if not ast.get_docstring(tree)] == []


@pytest.mark.parametrize("folder", PYTHON_FOLDERS)
def test_python_files_stay_short(folder: str) -> None:
    assert python_files(folder)
    assert too_long(python_files(folder), 250) == []


def test_templates_and_behaviors_stay_short() -> None:
    assert templates()
    assert BEHAVIORS
    assert too_long(templates(), 150) == []
    assert MEDIA
    assert too_long(BEHAVIORS + MEDIA, 60) == []


def test_behaviors_are_loaded_and_preloaded() -> None:
    loader = (STATIC / "js" / "app.js").read_text(encoding="utf-8")
    head = (APP / "templates" / "shell" / "head.html.j2").read_text(encoding="utf-8")
    for path in BEHAVIORS:
        assert f'"./behaviors/{path.name}"' in loader
        assert f'"{path.stem}"' in head, f"{path.name} is not preloaded"


def test_lock_files_name_no_registry() -> None:
    browser = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert browser["packages"]
    assert [name for name, package in browser["packages"].items() if "resolved" in package] == []
    python = tomllib.loads((ROOT / "poetry.lock").read_text(encoding="utf-8"))
    assert python["package"]
    assert [package["name"] for package in python["package"] if "source" in package] == []
