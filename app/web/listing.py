"""The state of a list, read from the query."""

import inspect
from typing import Annotated, Any

from fastapi import Depends, Query

from app.services.lists import DEFAULT_SIZE, Ask, Wanted


async def asked(
    q: Annotated[str, Query(max_length=1000)] = "",
    sort: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = DEFAULT_SIZE,
) -> Ask:
    """Read the list's state from the query."""
    return Ask(q, sort, page, per_page)


def filters(kind: type[Wanted[Any]]) -> Any:
    """Return the dependency that reads a list's filters from the query, one for each field.

    FastAPI would run the class itself, which isn't async, in a thread: a quarter of a millisecond.
    """

    async def read(**values: Any) -> Wanted[Any]:
        return kind(**values)

    read.__signature__ = inspect.signature(kind)  # type: ignore[attr-defined]
    return Depends(read)


AskDep = Annotated[Ask, Depends(asked)]
# The room that a scan of rooms starts at, by its place in the order of the scan.
ScanStart = Annotated[int, Query(ge=0, le=1_000_000)]
