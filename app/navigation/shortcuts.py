"""The keyboard shortcuts of a single character: for the scripts, and for Help."""

from typing import NamedTuple

from app.navigation.sidebar import NAV


class Shortcut(NamedTuple):
    """One key, or several that belong together, and what they do."""

    keys: tuple[str, ...]
    effect: str


# g and then the key goes to the place, by its link in the sidebar.
GO = {
    "o": "/",
    "r": "/rooms",
    "p": "/participants",
    "a": "/agents",
    "e": "/egress",
    "i": "/ingress",
    "c": "/sip/calls",
    "t": "/sip/trunks",
    "d": "/sip/rules",
    "k": "/sandbox",
    "w": "/webhooks",
    "s": "/settings",
}
GO_KEYS = {place: key for key, place in GO.items()}
LABELS = {item.path: item.label for _, items in NAV for item in items}

SHORTCUTS = (
    Shortcut(("/",), "Search"),
    Shortcut(("?",), "Show this help"),
    Shortcut(("j", "k"), "In a list: next or previous row"),
    Shortcut(("Enter",), "In a list: open the row"),
    Shortcut(("x",), "In a list: select the row, or clear the selection"),
    Shortcut(("n",), "Create or start what the list is about"),
    *(Shortcut(("g", key), f"Go to {LABELS[place]}") for key, place in GO.items()),
)
