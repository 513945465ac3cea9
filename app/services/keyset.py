"""Lists of the store: paged by a number or name that no new row changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Generic, TypeVar

from app.services.layouts import SIZES
from app.services.lists import Ask, address

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Pages(Generic[Row]):
    """One page of a list of the store, and what leads to its neighbors.

    `older` and `newer` are what the neighbors begin at, a number or a name; None at either end. How
    many rows there are is not known: counting them would read all of them.
    """

    sizes: ClassVar = SIZES

    rows: Sequence[Row]
    ask: Ask
    filters: Mapping[str, Any]
    older: int | str | None = None
    newer: int | str | None = None
    path: str = ""

    def at(self, path: str) -> "Pages[Row]":
        """Return the list as it is shown at `path`."""
        return replace(self, path=path)

    @property
    def filtered(self) -> bool:
        """Return whether anything but everything is asked for."""
        return bool(self.ask.q or any(self.filters.values()))

    def url(self, path: str = "", **changes: Any) -> str:
        """Return the list's address with some of its state changed; what is default is left out."""
        state: dict[str, Any] = {"q": self.ask.q, **self.filters, "per_page": self.ask.per_page}
        return address(path or self.path, state | changes, {"per_page": self.ask.layout.size})
