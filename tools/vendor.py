"""Copy what the browser loads from node_modules to app/static/vendor, and draw the icon sprite.

    python -m tools.vendor

The dashboard serves these files itself: no request leaves for another host.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from tools.commands import ROOT, SetupError, main, say

PACKAGES = ROOT / "node_modules"
STATIC = ROOT / "app" / "static"
VENDOR = STATIC / "vendor"
ICON_LIST = STATIC / "icons.txt"

# Each file with its sources. htmx and its extension are one script: htmx begins in a task of its
# own soon after it was read, and an extension that comes later misses what is on the page.
FILES = {
    "htmx.min.js": ("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-ptag.min.js"),
    "bootstrap.min.css": ("bootstrap/dist/css/bootstrap.min.css",),
    "livekit-client.min.js": ("livekit-client/dist/livekit-client.umd.js",),
}
# The dashboard shows which ones it has (app/about/versions.py).
NAMED = ("htmx.org", "bootstrap", "bootstrap-icons", "livekit-client")
SOURCE_MAP = re.compile(r"^\s*(?://|/\*)#\s*sourceMappingURL=.*$", re.MULTILINE)
SVG = re.compile(r'<svg[^>]*viewBox="(?P<box>[^"]+)"[^>]*>(?P<shapes>.*)</svg>', re.DOTALL)
ICON_NAME = re.compile(r"[a-z0-9-]+")


def icon_names(listed: str) -> list[str]:
    """Give the names in a list of icons: one a line, `#` begins a comment."""
    lines = (line.partition("#")[0].strip() for line in listed.splitlines())
    return sorted({line for line in lines if line})


def symbol(name: str, drawing: str) -> str:
    """Give one icon's SVG file as a symbol of the sprite."""
    found = SVG.search(drawing)
    if found is None:
        raise SetupError(f"the icon '{name}' is not the SVG drawing that was expected")
    shapes = re.sub(r">\s+<", "><", found["shapes"].strip())
    return f'<symbol id="{name}" viewBox="{found["box"]}" fill="currentColor">{shapes}</symbol>'


def sprite(names: list[str], drawings: Path) -> str:
    """Give one SVG file that holds the named icons of a folder of drawings."""
    symbols = []
    for name in names:
        file = drawings / f"{name}.svg"
        if not ICON_NAME.fullmatch(name) or not file.is_file():
            raise SetupError(f"app/static/icons.txt names '{name}': Bootstrap Icons has no such")
        symbols.append(symbol(name, file.read_text(encoding="utf-8")))
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([head, *symbols, "</svg>"]) + "\n"


def _without_map(source: Path) -> str:
    # the maps are not shipped, so a browser's developer tools would only meet 404s
    return SOURCE_MAP.sub("", source.read_text(encoding="utf-8")).rstrip() + "\n"


def _versions() -> dict[str, str]:
    """Give the version of each package that is copied."""
    files = {name: PACKAGES / name / "package.json" for name in NAMED}
    return {name: json.loads(file.read_text("utf-8"))["version"] for name, file in files.items()}


def work(_words: list[str]) -> None:
    """Fill app/static/vendor."""
    say("Copying the browser files to app/static/vendor ...")
    icons = sprite(
        icon_names(ICON_LIST.read_text(encoding="utf-8")), PACKAGES / "bootstrap-icons" / "icons"
    )
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for name, sources in FILES.items():
        text = "".join(_without_map(PACKAGES / source) for source in sources)
        (VENDOR / name).write_text(text, encoding="utf-8")
    for package in NAMED:
        for licence in sorted((PACKAGES / package).glob("LICENSE*")):
            shutil.copyfile(licence, VENDOR / f"{package}.{licence.name}")
    (VENDOR / "versions.json").write_text(json.dumps(_versions(), indent=2), encoding="utf-8")
    # make takes the sprite as the sign that all is there: it comes last
    (VENDOR / "icons.svg").write_text(icons, encoding="utf-8")


if __name__ == "__main__":
    main(work)
