"""The choices of how a list is shown."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from app.inputs.fields import Input

Column = Annotated[str, StringConstraints(pattern=r"^[a-z]{1,14}$")]
ListName = Literal[
    "rooms",
    "participants",
    "people",
    "agents",
    "egress",
    "ingress",
    "calls",
    "trunks",
    "rules",
    # with a store
    "sessions",
    "connections",
    "records",
    "conversation",
    "webhooks",
    "audit",
    "users",
    "recordings",
    "jobs",
]


class ChooseLayout(Input):
    """Which of a list's `columns` to `show`, how dense, how many rows a page, and where from.

    `columns` are names with blanks between. Without a `size`, the page size stays as it is.
    """

    name: ListName
    columns: Annotated[str, StringConstraints(pattern=r"^([a-z]{1,14}( [a-z]{1,14}){0,11})?$")] = ""
    show: list[Column] = Field(default_factory=list, max_length=12)
    compact: bool = False
    size: Literal["", "25", "50", "100", "200"] = ""
    back: str = "/"
