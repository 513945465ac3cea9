"""The documentation: links lead somewhere, pictures are shown, words are those of the pages."""

import re
from collections import Counter
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from urllib.parse import unquote

import pytest

from app.errors import DashboardError
from app.labels.table import label_of, states
from app.services.agents.states import AgentStatus, WorkerStatus
from app.services.egress.states import EgressStatus, StreamStatus
from app.services.ingress.states import IngressStatus
from app.services.jobs.states import ItemStatus, JobStatus
from app.services.rooms.states import ParticipantKind
from app.services.server.states import Reach
from app.services.sip.rules.warnings import LABELS
from app.services.sip.states import CallStatus, RouteResult, RuleKind, TrunkKind
from tests.contracts.tree import ROOT, label, own_static, python_files, templates

DOCS = ROOT / "docs"
PICTURES = DOCS / "pictures"
PAGES = [
    *sorted(DOCS.rglob("*.md")),
    *(ROOT / name for name in ("README.md", "CHANGELOG.md", "SECURITY.md")),
]
LINK = re.compile(r"\]\(([^)\s]+)\)")
IMAGE = re.compile(r'(?:src|srcset)="([^"]+)"')
PICTURE = re.compile(r"<picture>\n(.+\n)\s*(.+)\n</picture>")
SAID = re.compile(r"^\| (?:it says|title) \|.*\n\|.*\n((?:\|.*\n)+)", re.MULTILINE)
ROW = re.compile(r"^\| (.+?) \|", re.MULTILINE)
SOURCES = [*python_files("app"), *templates(), *own_static(".js")]
ELSEWHERE = ("https://", "http://", "mailto:")
MOST_BYTES = 6_000_000
EXPLAINED: dict[str, tuple[type[StrEnum], ...]] = {
    "agents": (AgentStatus, WorkerStatus),
    "egress": (EgressStatus, StreamStatus),
    "ingress": (IngressStatus,),
    "jobs": (JobStatus, ItemStatus),
    "participants": (ParticipantKind,),
    "settings-and-search": (Reach,),
    "telephony": (CallStatus, TrunkKind, RuleKind, RouteResult),
}


def read(page: Path) -> str:
    """Return the text of a page without its code, which may look like links."""
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return re.sub(r"^ {4}.*$", "", text, flags=re.MULTILINE)


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.+)$", read(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def targets(page: Path) -> list[str]:
    """Return what a page links to and shows, within this tree."""
    found = LINK.findall(read(page)) + IMAGE.findall(read(page))
    return [target for target in found if not target.startswith(ELSEWHERE)]


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in targets(page):
        path, _, anchor = unquote(target).partition("#")
        there = (page.parent / path).resolve() if path else page
        assert there.is_relative_to(ROOT), target
        assert there.exists(), target
        assert not anchor or anchor in anchors(there), target


def test_links_and_pictures_are_found() -> None:
    assert sum(len(targets(page)) for page in PAGES) > 60
    assert sum(len(PICTURE.findall(read(page))) for page in PAGES) > 15


def test_every_page_is_linked_from_another() -> None:
    linked = {(p.parent / t.partition("#")[0]).resolve() for p in PAGES for t in targets(p)}
    assert [label(page) for page in PAGES if page not in linked] == ["README.md"]


def test_pictures_are_shown_and_there_are_no_others() -> None:
    shown = {(p.parent / t).resolve() for p in PAGES for t in targets(p) if "pictures/" in t}
    there = {path for path in PICTURES.iterdir() if path.is_file()}
    assert sorted(map(label, shown)) == sorted(map(label, there))
    assert sum(path.stat().st_size for path in there) < MOST_BYTES


def test_what_a_page_is_said_to_say_it_says() -> None:
    texts = " ".join(path.read_text("utf-8") for path in SOURCES)
    # a text that continues in the next line, and marks within one
    texts = " ".join(re.sub(r'"\s*\n\s*f?"|</?[a-z][^>]*>', "", texts).split())
    rows = [
        row for page in PAGES for table in SAID.findall(read(page)) for row in ROW.findall(table)
    ]
    pieces = [piece.strip() for row in rows for piece in row.split("…")]
    assert len(pieces) > 60
    assert [piece for piece in pieces if piece not in texts] == []


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_a_picture_suits_the_theme_and_says_what_it_shows(page: Path) -> None:
    pictures = PICTURE.findall(read(page))
    assert len(pictures) == read(page).count("<picture>")
    for dark, light in pictures:
        (night,), (day,) = IMAGE.findall(dark), IMAGE.findall(light)
        assert 'media="(prefers-color-scheme: dark)"' in dark
        assert night == day.replace("-light.", "-dark."), day
        assert re.search(r'alt="[^"]{20,}"', light), day


@pytest.mark.parametrize(
    ("page", "kind"), [(page, kind) for page, kinds in EXPLAINED.items() for kind in kinds]
)
def test_states_are_explained_in_the_words_of_the_pages(page: str, kind: type[StrEnum]) -> None:
    text = (DOCS / "features" / f"{page}.md").read_text("utf-8")
    for state in states(kind.__name__):
        assert f"| {label_of(state).text} | {label_of(state).meaning} |" in text


def test_every_warning_of_a_rule_is_explained() -> None:
    text = (DOCS / "features" / "telephony.md").read_text("utf-8")
    assert [said for said in LABELS.values() if f"| {said} | " not in text] == []


def test_the_architecture_names_every_folder() -> None:
    table = (DOCS / "architecture.md").read_text("utf-8").split("| place |", 1)[1]
    folders = [path for path in (ROOT / "app").iterdir() if path.is_dir() and any(path.iterdir())]
    modules = [path for path in (ROOT / "app").glob("*.py") if path.stem != "__init__"]
    named = {*(f"`{label(path)}/`" for path in folders), *(f"`{label(path)}`" for path in modules)}
    assert len(named) >= 15
    assert sorted(name for name in named if name not in table and "__pycache__" not in name) == []


def test_the_architecture_names_nothing_twice() -> None:
    table = (DOCS / "architecture.md").read_text("utf-8").split("| place |", 1)[1]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    assert len(rows) >= 15
    assert [place for place, times in Counter(rows).items() if times > 1] == []


def and_below(error: type[DashboardError]) -> Iterator[type[DashboardError]]:
    """Return a kind of error, and every one below it."""
    yield error
    for below in error.__subclasses__():
        yield from and_below(below)


def test_every_error_has_its_title_and_status_in_the_documentation() -> None:
    text = (DOCS / "troubleshooting.md").read_text("utf-8")
    said = {f"| {kind.title} | {kind.status} | " for kind in and_below(DashboardError)}
    assert [row for row in sorted(said) if row not in text] == []
