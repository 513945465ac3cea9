"""Copy the browser files from node_modules to app/static/vendor, and create the icon sprite.

    python -m tools.vendor

The dashboard serves these files itself; pages load nothing from other hosts.
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

# Each file with its sources. htmx and its extension form one script: htmx starts in a task of its
# own soon after it is loaded, and an extension that is loaded later misses the initial page.
FILES = {
    "htmx.min.js": ("htmx.org/dist/htmx.min.js", "htmx.org/dist/ext/hx-ptag.min.js"),
    "bootstrap.min.css": ("bootstrap/dist/css/bootstrap.min.css",),
    "livekit-client.min.js": ("livekit-client/dist/livekit-client.umd.js",),
}
# The dashboard shows their versions (app/about/versions.py).
NAMED = ("htmx.org", "bootstrap", "bootstrap-icons", "livekit-client")
SOURCE_MAP = re.compile(r"^\s*(?://|/\*)#\s*sourceMappingURL=.*$", re.MULTILINE)
SVG = re.compile(r'<svg[^>]*viewBox="(?P<box>[^"]+)"[^>]*>(?P<shapes>.*)</svg>', re.DOTALL)
ICON_NAME = re.compile(r"[a-z0-9-]+")


def icon_names(listed: str) -> list[str]:
    """Return the sorted names in a list of icons: one per line, `#` starts a comment."""
    lines = (line.partition("#")[0].strip() for line in listed.splitlines())
    return sorted({line for line in lines if line})


def symbol(name: str, drawing: str) -> str:
    """Return one icon's SVG file as a symbol of the sprite."""
    svg = SVG.search(drawing)
    if svg is None:
        raise SetupError(f"the icon '{name}' isn't an SVG file in the expected form")
    shapes = re.sub(r">\s+<", "><", svg["shapes"].strip())
    return f'<symbol id="{name}" viewBox="{svg["box"]}" fill="currentColor">{shapes}</symbol>'


def sprite(names: list[str], drawings: Path) -> str:
    """Return an SVG sprite with the named icons of the folder `drawings`."""
    symbols = []
    for name in names:
        file = drawings / f"{name}.svg"
        if not ICON_NAME.fullmatch(name) or not file.is_file():
            raise SetupError(f"app/static/icons.txt lists '{name}', which isn't in Bootstrap Icons")
        symbols.append(symbol(name, file.read_text(encoding="utf-8")))
    head = '<svg xmlns="http://www.w3.org/2000/svg">'
    return "\n".join([head, *symbols, "</svg>"]) + "\n"


def _without_map(source: Path) -> str:
    # source maps aren't shipped: a browser's developer tools would get a 404
    return SOURCE_MAP.sub("", source.read_text(encoding="utf-8")).rstrip() + "\n"


def _versions() -> dict[str, str]:
    """Return the version of each package that is copied."""
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
        for license_file in sorted((PACKAGES / package).glob("LICENSE*")):
            shutil.copyfile(license_file, VENDOR / f"{package}.{license_file.name}")
    (VENDOR / "versions.json").write_text(json.dumps(_versions(), indent=2), encoding="utf-8")
    # the sprite is written last: make uses it to tell that everything is in place
    (VENDOR / "icons.svg").write_text(icons, encoding="utf-8")


if __name__ == "__main__":
    main(work)
