"""The form for the time zone."""

from collections.abc import Iterator

from app.inputs.fields import Input
from app.text.zones import zone_named


class ChooseZone(Input):
    """A time zone, and the place to return to."""

    zone: str
    back: str = "/"

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield a zone that the system doesn't know."""
        if zone_named(self.zone) is None:
            yield "zone", "Choose a time zone from the list."
