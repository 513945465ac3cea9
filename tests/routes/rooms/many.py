"""Actions on several participants of a room: where they are, and how one is confirmed."""

from collections.abc import Sequence
from typing import Any

from app.text.paths import room_path, segment
from tests.routes.filled import confirmed
from tests.support.visitor import Seen, Visitor


def path(room: str, action: str) -> str:
    """Return the address of an action on several participants."""
    return room_path(room, "participants", "-", action)


def chosen(identities: Sequence[str]) -> dict[str, Any]:
    """Return the fields of the selected rows."""
    return {"scope": "selected", "who": [segment(identity) for identity in identities]}


def confirm(visitor: Visitor, page: Seen, address: str, **changes: str) -> Seen:
    """Press the button of the page that asked, after some of its fields were changed.

    The number is typed if the page asks for it.
    """
    assert page.status in {200, 409, 422}, page.text
    return visitor.send(address, confirmed(page) | changes)


def named(page: Seen) -> list[str]:
    """Return the participants that the page names, from the top."""
    return [name["title"].partition(",")[0] for name in page.all("bdi", class_="name")]
