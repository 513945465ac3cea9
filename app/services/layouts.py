"""How a browser shows a list: the columns that it hides, the density, and the page size."""

from collections.abc import Sequence
from dataclasses import dataclass

DEFAULT_SIZE = 50
SIZES = (25, 50, 100, 200)


@dataclass(frozen=True, slots=True)
class Layout:
    """The choices for one list, by its name; one without a name offers none."""

    name: str = ""
    hidden: frozenset[str] = frozenset()
    compact: bool = False
    size: int = DEFAULT_SIZE

    def classes(self, columns: Sequence[tuple[str, str]], before: int) -> str:
        """Return the classes for the table: css/lists.css hides columns by their numbers.

        `columns` are names and labels in the table's order, `before` how many columns precede them.
        """
        numbered = enumerate(columns, before + 1)
        hidden = [f" hide-{n}" for n, (name, _) in numbered if name in self.hidden]
        return "".join(hidden) + (" compact" if self.compact else "")


USUAL = Layout()
