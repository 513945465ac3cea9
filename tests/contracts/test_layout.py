"""Layering and size: who may import what, who reads the environment, how long a file may be."""

import ast
import json
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from app.web.assets import Assets
from tests.contracts.tree import (
    APP,
    PYTHON_FOLDERS,
    ROOT,
    STATIC,
    imports,
    label,
    module_name,
    own_static,
    python_files,
    templates,
)

# Characters of a line in templates, scripts and style sheets; black holds Python's.
WIDTH = 120
SDK = ("livekit", "google")
# From the bottom up: a module imports from its own folder and from those before it.
ORDER = (
    "app.__init__",
    "app.errors",
    "app.text",
    "app.config",
    "app.store",
    "app.storage",
    "app.live",
    "app.services",
    "app.jobs",
    "app.labels",
    "app.manual",
    "app.monitoring",
    "app.security",
    "app.commands",
    "app.inputs",
    "app.navigation",
    "app.web",
    "app.about",
    "app.routes",
    "app.main",
    "app.process",
    "app.__main__",
)
WEB = ("fastapi", "starlette", "jinja2", "uvicorn")
BELOW_THE_WEB = (
    "app.text",
    "app.config",
    "app.store",
    "app.storage",
    "app.services",
    "app.jobs",
    "app.labels",
)
OUTSIDE_SERVICES = [p for p in python_files("app") if "services" not in p.relative_to(APP).parts]
SCRIPTS = own_static(".js")
BEHAVIORS = sorted((STATIC / "js" / "behaviors").glob("*.js"))


MODULES = {module_name(path): path for path in python_files("app")}


def folder(module: str) -> str:
    """Return the folder below `app/` of a module; the module itself if it is directly in `app/`."""
    parts = module.split(".")
    return ".".join(parts[:2])


@cache
def own_imports(path: Path) -> frozenset[str]:
    """Return the modules of `app/` that a file imports, wherever in it."""
    names = {name for name in imports(path) if name.split(".")[0] == "app"}
    full = {n if n in MODULES else n.rpartition(".")[0] for n in names}
    return frozenset(n if n in MODULES else f"{n}.__init__" for n in full)


@cache
def reach(module: str) -> frozenset[str]:
    """Return every module of `app/` that a module imports, by way of others too."""
    reached: set[str] = set()
    waiting = [module]
    while waiting:
        for imported in own_imports(MODULES[waiting.pop()]) - reached:
            reached.add(imported)
            waiting.append(imported)
    return frozenset(reached)


def too_long(paths: list[Path], ceiling: int) -> list[str]:
    """Return the files with more lines than `ceiling`, with their lines."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    return [f"{label(path)}: {number}" for path, number in lines.items() if number > ceiling]


def too_wide(paths: list[Path]) -> list[str]:
    """Return the lines with more than 120 characters, as `file:line`."""
    return [
        f"{label(path)}:{number}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > WIDTH
    ]


def reads_environment(path: Path) -> bool:
    """Return whether a Python file names os.environ, os.getenv or dotenv."""
    words = {"environ", "environb", "getenv", "getenvb", "dotenv_values", "load_dotenv"}
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = {n.attr if isinstance(n, ast.Attribute) else getattr(n, "id", "") for n in tree}
    return bool(names & words) or any(name.rpartition(".")[2] in words for name in imports(path))


def test_only_services_know_the_sdk() -> None:
    found = {label(p): [m for m in imports(p) if m.split(".")[0] in SDK] for p in OUTSIDE_SERVICES}
    assert {path: modules for path, modules in found.items() if modules} == {}
    services = [m for path in python_files("app/services") for m in imports(path)]
    assert any(module.startswith("livekit.api") for module in services)


def test_every_module_has_its_place_in_the_order() -> None:
    assert {folder(module) for module in MODULES} == set(ORDER)


def test_imports_point_down() -> None:
    up = [
        f"{module} imports {imported}"
        for module, path in MODULES.items()
        for imported in own_imports(path)
        if ORDER.index(folder(imported)) > ORDER.index(folder(module))
    ]
    assert up == []


def test_no_module_imports_itself_by_way_of_others() -> None:
    """Modules in an import circle: none, in a folder or across folders."""
    reached = {module: reach(module) for module in MODULES}
    assert [module for module in MODULES if module in reached[module]] == []
    assert "app.services.livekit.client" in reached["app.main"]


def test_what_is_below_the_web_knows_no_web_framework() -> None:
    low = [module for module in MODULES if folder(module) in BELOW_THE_WEB]
    assert low
    for module in low:
        for each in (module, *reach(module)):
            assert [m for m in imports(MODULES[each]) if m.startswith(WEB)] == [], (module, each)


def test_folders_stay_small() -> None:
    count = Counter(path.parent for path in MODULES.values())
    assert {label(f): n for f, n in count.items() if n > 16} == {}  # 15, and what the folder is
    own = [path.name for path in MODULES.values() if path.parent == APP]
    assert len(own) <= 6, own


def test_only_settings_read_the_environment() -> None:
    assert [label(p) for p in python_files("app") if reads_environment(p)] == [
        "app/config/sources.py"
    ]


def test_every_module_says_what_it_is() -> None:
    files = [p for p in python_files(*PYTHON_FOLDERS) if p.read_text(encoding="utf-8").strip()]
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in files}
    assert [label(path) for path, tree in trees.items() if not ast.get_docstring(tree)] == []


@pytest.mark.parametrize("folder", PYTHON_FOLDERS)
def test_python_files_stay_short(folder: str) -> None:
    assert python_files(folder)
    assert too_long(python_files(folder), 250) == []


def test_templates_stay_short() -> None:
    assert templates()
    assert too_long(templates(), 200) == []


def test_templates_stay_narrow() -> None:
    assert too_wide(templates()) == []


def test_scripts_stay_short_and_narrow() -> None:
    assert SCRIPTS
    assert too_long(SCRIPTS, 120) == []
    assert too_wide(SCRIPTS) == []


def test_style_sheets_stay_short_and_narrow() -> None:
    sheets = own_static(".css")
    assert sheets
    assert too_long(sheets, 300) == []
    assert too_wide(sheets) == []


def test_every_behavior_is_loaded() -> None:
    assert BEHAVIORS
    loaded = Assets().imports("js/app.js")
    assert {f"js/behaviors/{path.name}" for path in BEHAVIORS} <= set(loaded)


def test_lock_files_name_no_registry() -> None:
    browser = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    assert browser["packages"]
    assert [name for name, package in browser["packages"].items() if "resolved" in package] == []
    python = tomllib.loads((ROOT / "poetry.lock").read_text(encoding="utf-8"))
    assert python["package"]
    assert [package["name"] for package in python["package"] if "source" in package] == []
