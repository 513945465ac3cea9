"""The state of a list, read from the query, and its layout, remembered in a cookie.

The cookie has the choices of a browser for all lists: see services/layouts.py.
"""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar, cast, get_args

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.layouts import ListName
from app.services.layouts import DEFAULT_SIZE, SIZES, USUAL, Layout
from app.services.lists import Ask
from app.web.context import RequestContext, preferences_of

COOKIE = "livekit-dashboard-lists"
# name~size~c~hidden.hidden, one after another with | between: no character that a cookie quotes
ENTRY = re.compile(r"([a-z]{1,12})~(\d{1,3})~(c?)~([a-z.]{0,200})")
LISTS_KEPT = len(get_args(ListName))
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _State:
    q: Annotated[str, Field(max_length=1000)] = ""
    sort: Annotated[str, Field(max_length=40)] = ""
    page: Annotated[int, Field(ge=1, le=1_000_000)] = 1
    per_page: Annotated[int | None, Field(ge=1, le=200)] = None


def asked(name: str = "") -> Any:
    """Return the dependency that reads a list's state from the query.

    The layout, with the page size of an address without one, is what the browser remembers of the
    list called `name`.
    """

    async def read(request: Request) -> Ask:
        state = _state(request)
        layout = layout_of(request, name) if name else USUAL
        return Ask(state.q, state.sort, state.page, state.per_page or layout.size, layout)

    return Depends(read)


def filters(make: Callable[..., Any]) -> Any:
    """Return the dependency that reads a list's filters from the query, one for each field.

    `make` is their class, or a function with their names. FastAPI would run either in a thread, and
    validate each parameter separately, also those that the address leaves out.
    """
    read_state = reading(make)

    async def read(request: Request) -> Any:
        return read_state(request)

    return Depends(read)


def reading(make: Callable[..., Made]) -> Callable[[Request], Made]:
    """Return the function behind `filters`, for what isn't read on each request of a route.

    It raises RequestValidationError as FastAPI does.
    """
    names = tuple(inspect.signature(make).parameters)
    checked: TypeAdapter[Made] = TypeAdapter(cast(Any, make))

    def read(request: Request) -> Made:
        query = request.query_params
        given = {name: query[name] for name in names if name in query}
        if not given:
            return make()
        try:
            return checked.validate_python(given)
        except ValidationError as error:
            errors = [{**each, "loc": ("query", *each["loc"])} for each in error.errors()]
            raise RequestValidationError(errors) from None

    return read


_state = reading(_State)
AskDep = Annotated[Ask, asked()]
# The room that a scan of rooms starts at, by its place in the order of the scan.
ScanStart = Annotated[int, Query(ge=0, le=1_000_000)]


def layout_of(request: Request, name: str) -> Layout:
    """Return what this person or browser chose for the list, or else the usual layout."""
    preferred = preferences_of(request)
    usual = Layout(name, compact=preferred.compact, size=preferred.size or DEFAULT_SIZE)
    return _layouts(_kept(request)).get(name) or usual


def remember(request: Request, response: Response, layout: Layout) -> None:
    """Let the browser remember the layout, for this list of this dashboard."""
    RequestContext(request).remember(response, COOKIE, with_layout(_kept(request), layout))


def with_layout(kept: str, layout: Layout) -> str:
    """Return what is remembered of all lists with the layout of one changed."""
    layouts = _layouts(kept)
    layouts.pop(layout.name, None)
    latest = [*layouts.values(), layout][-LISTS_KEPT:]
    return "|".join(map(_written, latest))


def _kept(request: Request) -> str:
    """Return the layouts as they are kept: in the account, or else in the browser."""
    return preferences_of(request).lists or request.cookies.get(COOKIE, "")


def _layouts(kept: str) -> dict[str, Layout]:
    """Return the layouts by the names of their lists; what can't be read is left out."""
    layouts = {}
    for text in kept.split("|")[:LISTS_KEPT]:
        if entry := ENTRY.fullmatch(text):
            name, size, compact, hidden = entry.groups()
            known = int(size) if int(size) in SIZES else DEFAULT_SIZE
            columns = frozenset(filter(None, hidden.split(".")))
            layouts[name] = Layout(name, columns, bool(compact), known)
    return layouts


def _written(layout: Layout) -> str:
    hidden = ".".join(sorted(layout.hidden))
    return f"{layout.name}~{layout.size}~{'c' if layout.compact else ''}~{hidden}"
