"""The state of a list, read from the query."""

from typing import Annotated

from fastapi import Depends, Query

from app.services.lists import DEFAULT_SIZE, Ask


async def asked(
    q: Annotated[str, Query(max_length=1000)] = "",
    sort: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
    per_page: Annotated[int, Query(ge=1, le=200)] = DEFAULT_SIZE,
) -> Ask:
    """Read the list's state from the query."""
    return Ask(q, sort, page, per_page)


AskDep = Annotated[Ask, Depends(asked)]
# The room that a scan of rooms starts at, by its place in the order of the scan.
ScanStart = Annotated[int, Query(ge=0, le=1_000_000)]
