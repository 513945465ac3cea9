"""The pages of the documentation: their names, titles and pictures, and which explains what."""

import re
from dataclasses import dataclass
from pathlib import Path

TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
# The wheel has the documentation inside the package, a source tree beside it.
FOLDERS = (Path(__file__).parents[1] / "docs", Path(__file__).parents[2] / "docs")
FIRST = "features/overview"


@dataclass(frozen=True, slots=True)
class Document:
    """One page: its `name` is its path in the folder, without the ending."""

    name: str
    title: str
    text: str

    @property
    def path(self) -> str:
        """The address of the page in the dashboard."""
        return f"{ROOT}/{self.name}"

    @property
    def is_feature(self) -> bool:
        """True if it explains pages and actions, False if it is about running the dashboard."""
        return "/" in self.name


ROOT = "/docs"
# The longest beginning of a page's path decides which document explains it.
EXPLAINED_BY = {
    "/": FIRST,
    "/rooms": "features/rooms",
    "/participants": "features/participants",
    "/agents": "features/agents",
    "/egress": "features/egress",
    "/ingress": "features/ingress",
    "/sip": "features/telephony",
    "/sandbox": "features/sandbox",
    "/try": "features/browser",
    "/doctor": "features/browser",
    "/webhooks": "features/webhooks",
    "/audit": "features/audit",
    "/usage": "features/usage",
    "/sessions": "features/history",
    "/history": "features/history",
    "/conversations": "features/conversations",
    "/jobs": "features/jobs",
    "/recordings": "features/recordings",
    "/sign-in": "features/accounts",
    "/account": "features/accounts",
    "/sign-out": "features/accounts",
    "/users": "features/accounts",
    "/roles": "features/accounts",
    "/invitation": "features/accounts",
    "/reset": "features/accounts",
    "/sign-in-basic": "features/accounts",
    "/api": "api",
    "/settings": "features/settings-and-search",
    "/lists": "features/lists",
    "/search": "features/settings-and-search",
    "/time": "features/settings-and-search",
    "/keys": "features/settings-and-search",
}


def folder_of(folders: tuple[Path, ...] = FOLDERS) -> Path | None:
    """Return the first folder that has the documentation; None if it wasn't installed."""
    return next((each for each in folders if (each / f"{FIRST}.md").is_file()), None)


def documents(folder: Path | None) -> dict[str, Document]:
    """Return the pages in a folder by name: how to use each feature, then how to run it."""
    if folder is None:
        return {}
    names = [path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.md")]
    names.sort(key=lambda name: (name != FIRST, "/" not in name, name))
    return {name: _document(folder, name) for name in names}


def _document(folder: Path, name: str) -> Document:
    text = (folder / f"{name}.md").read_text(encoding="utf-8")
    title = TITLE.search(text)
    return Document(name, title[1] if title else name, text)


FOLDER = folder_of()
DOCUMENTS = documents(FOLDER)


def picture_file(name: str) -> Path | None:
    """Return the file of a picture; None if the documentation has none of this name."""
    if FOLDER is None:
        return None
    pictures = {path.name: path for path in (FOLDER / "pictures").glob("*.webp")}
    return pictures.get(name)


def explaining(path: str) -> Document | None:
    """Return the document about the page at `path`; None if the documentation isn't installed."""
    if path.endswith("/watch"):
        return DOCUMENTS.get("features/browser")
    first = "/" + path.split("/", 2)[1]
    return DOCUMENTS.get(EXPLAINED_BY.get(first, FIRST))
