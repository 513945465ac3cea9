"""Places to return to: inside the dashboard only."""


def inside(place: str) -> str:
    """Return a place of the dashboard; the overview for anything else, such as another site."""
    safe = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    return place if safe else "/"
