"""What people may change of their own accounts."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.inputs.accounts.sign_in import Password
from app.inputs.fields import Input
from app.services.accounts import names
from app.services.preferences import NAMES
from app.text.zones import zone_named

# Seconds between refreshes, "0" for off; the browser's own choice is empty.
Refresh = Literal["", "0", "2", "5", "10", "30"]


class Rename(Input):
    """Another name."""

    name: str

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield why the name isn't accepted."""
        if problem := names.problem(self.name):
            yield "name", problem


class ChangePassword(Input):
    """The password until now, and a new one."""

    current: Password
    new: Password


class SetPreferences(Input):
    """What holds in every browser; what is empty is left to the browser."""

    theme: Literal["", "auto", "light", "dark"] = ""
    zone: str = ""
    refresh: Refresh = ""
    size: Literal["", "25", "50", "100", "200"] = ""
    compact: bool = False
    start: str = ""

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield a zone that the system doesn't know."""
        if self.zone and zone_named(self.zone) is None:
            yield "zone", "Choose a time zone from the list."


class Remember(Input):
    """One thing that a script remembers, by the name that it has in the browser."""

    name: Annotated[str, StringConstraints(pattern=rf"^(?:{NAMES.pattern})$")]
    value: Annotated[str, Field(max_length=20_000)] = ""
