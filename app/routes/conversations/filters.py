"""The state of a conversation's page, read from its address, and addresses with parts changed."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from app.services.conversations.page.outline import MOST_ITEMS, Show
from app.services.conversations.page.transcript import LINES, MOST_LINES
from app.services.lists import address
from app.text.paths import conversation_path
from app.web.listing import reading

Tab = Literal["", "transcript", "trace", "logs", "events", "instructions"]
First = Annotated[int, Field(ge=0, le=MOST_ITEMS)] | Literal[""]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which lines of the transcript are shown; without `first`, a live one shows the last ones."""

    q: Annotated[str, Field(max_length=200)] = ""
    show: Show = ""
    first: Annotated[First, Field(union_mode="left_to_right")] = ""
    lines: Annotated[int, Field(ge=1, le=MOST_LINES)] = LINES


@dataclass(frozen=True, slots=True)
class Addresses:
    """The addresses of a conversation's transcript."""

    job: str
    filters: Filters

    def url(self, **changes: Any) -> str:
        """Return the address with parts of the state changed."""
        state = {"q": self.filters.q, "show": self.filters.show, "first": "", "lines": LINES}
        return address(conversation_path(self.job), state | changes, {"lines": LINES})


filters_of = reading(Filters)
