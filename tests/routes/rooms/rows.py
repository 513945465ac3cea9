"""The rows of the participants on a room's page."""

from tests.support.visitor import Seen, Visitor


def shown(page: Seen) -> list[str]:
    """Return the SIDs of the participants on the page, from the top."""
    assert page.status == 200, page.text
    return [row["id"] for row in page.all("tr") if row.get("id", "").startswith("PA_")]


def expanded(visitor: Visitor, page: Seen, label: str) -> Seen:
    """Follow the link that expands a participant's row."""
    (link,) = page.all("a", **{"aria-label": f"Details of {label}"})
    return visitor.get(link["href"])
