"""What people with accounts prefer; it takes precedence over what a browser remembers."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from app.services.layouts import SIZES

MOST_BYTES = 60_000
# What scripts remember in a browser by the same names (js/shared/settings.js).
NAMES = re.compile(r"theme|refresh-every|keys|quality-order|views /[!-~]{0,300}")


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's choices; what is empty, or 0, is left to the browser.

    `start` is the place to go to after signing in, `size` and `compact` hold for lists that were
    never changed, `lists` has the layouts of those that were (web/listing.py), and `browser` what
    scripts remember.
    """

    zone: str = ""
    start: str = ""
    size: int = 0
    compact: bool = False
    lists: str = ""
    browser: Mapping[str, str] = field(default_factory=dict)

    @property
    def theme(self) -> str:
        """The chosen theme: auto, light or dark, or none."""
        theme = self.browser.get("theme", "")
        return theme if theme in {"auto", "light", "dark"} else ""

    def as_json(self) -> str:
        """Return how they are stored."""
        return json.dumps(asdict(self), separators=(",", ":"))


def read(stored: Mapping[str, Any]) -> Preferences:
    """Return what was stored; a part that can't be read, or isn't known, is left out."""
    kinds = {name: type(value) for name, value in asdict(Preferences()).items()}
    known = {n: v for n, v in stored.items() if n in kinds and type(v) is kinds[n]}
    if known.get("size") not in SIZES:
        known.pop("size", None)
    browser = known.get("browser", {})
    known["browser"] = {n: v for n, v in browser.items() if isinstance(v, str)}
    return Preferences(**known)
