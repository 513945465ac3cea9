"""Figures beside the lines of the sidebar: what a page knows of other pages, as it shows them.

A page sends what it has read anyway: in the sidebar, and in a header with each refresh. The browser
remembers the newest for a few minutes (static/js/behaviors/figures.js).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from app.services.lists import Table
from app.text.formatters import plural, thousands
from app.text.paths import (
    AGENTS,
    CALLS,
    CONVERSATIONS,
    EGRESS,
    INGRESS,
    JOBS,
    PARTICIPANTS,
    ROOMS,
    RULES,
    TRUNKS,
)

HEADER = "X-Figures"
STATUS = frozenset({"status", "state"})  # the filters that are tabs, which change no count

# What the count of a line counts: one, and several.
COUNTED: Mapping[str, tuple[str, str]] = {
    ROOMS: ("room", "rooms"),
    PARTICIPANTS: ("participant", "participants"),
    AGENTS: ("agent in rooms", "agents in rooms"),
    EGRESS: ("active job", "active jobs"),
    INGRESS: ("publishing", "publishing"),
    CALLS: ("active call", "active calls"),
    TRUNKS: ("trunk", "trunks"),
    RULES: ("dispatch rule", "dispatch rules"),
    CONVERSATIONS: ("live conversation", "live conversations"),
    JOBS: ("running or waiting", "running or waiting"),
}
# What is marked before it, and its tone. Red is for failures only.
MARKED: Mapping[str, tuple[str, str, str]] = {
    AGENTS: ("dispatch without a worker", "dispatches without a worker", "bad"),
    EGRESS: ("failed", "failed", "bad"),
    INGRESS: ("in error", "in error", "bad"),
    RULES: ("with a critical warning", "with critical warnings", "warn"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """What is known of one line; None is unknown, which is never shown as 0.

    `marked` are failures, or critical warnings; if not all were searched, there are `at_least` so
    many. `off` is why the part isn't set up.
    """

    count: int | None = None
    marked: int | None = None
    at_least: bool = False
    off: str = ""


Figures = Mapping[str, Figure]  # by the path of the line
# As the browser gets it: "count" and "mark" are what is shown, and the same in words.
Shown = dict[str, Any]


def by_status(
    path: str, table: Table[Any], counted: frozenset[str], marked: frozenset[str]
) -> Figures | None:
    """Return the figures of a list whose tabs are statuses; None if anything else filters it."""
    if table.ask.q or any(value for name, value in table.filters.items() if name not in STATUS):
        return None
    count, marks = (sum(map(table.counts.get, those, repeat(0))) for those in (counted, marked))
    return {path: Figure(count, marks)}


def shown(figures: Figures) -> dict[str, Shown]:
    """Return the figures as the sidebar shows them, by the path of the line."""
    return {path: _shown(path, figure) for path, figure in figures.items()}


def header(figures: Figures) -> dict[str, str]:
    """Return the header that tells the figures to the page's script; none for no figures."""
    return {HEADER: json.dumps(shown(figures), separators=(",", ":"))} if figures else {}


def not_set_up(paths: Iterable[str], reason: str) -> Figures:
    """Return that the part with these pages isn't set up, and why."""
    return dict.fromkeys(paths, Figure(off=reason))


def _shown(path: str, figure: Figure) -> Shown:
    if figure.off:
        return {"off": figure.off}
    sent: Shown = {}
    if figure.count is not None:
        sent["count"] = thousands(figure.count), plural(figure.count, *COUNTED[path])
    if figure.marked:
        one, many, tone = MARKED[path]
        said = plural(figure.marked, one, many)
        sent["mark"] = thousands(figure.marked), _least(said, figure.at_least), tone
    elif figure.marked == 0 and not figure.at_least:
        sent["mark"] = None
    return sent


def _least(said: str, at_least: bool) -> str:
    return f"at least {said}" if at_least else said
