"""Access to the operations of the API: the guards of the pages, after the limit of requests."""

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Depends
from fastapi.dependencies.models import Dependant
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.errors import BadQuery
from app.security.accounts import quota
from app.security.guards import does, sees
from app.security.roles import Permission
from app.text.paths import API


async def _limited(request: Request, response: Response) -> None:
    """Count the request, and say in headers what is left. Raises TooManyRequests."""
    left = await quota.take(request)
    if left:
        response.headers.update(left.headers)


async def _bodiless(request: Request) -> None:
    """Refuse a body that nobody reads: proxies disagree on what one with GET means."""
    headers = request.headers
    if headers.get("content-length", "0") != "0" or "transfer-encoding" in headers:
        raise HTTPException(400, "This operation takes no body.")


async def _known_query(request: Request) -> None:
    """Refuse parameters that the operation doesn't have.

    A misspelled filter would list everything. Raises BadQuery.
    """
    known = set(_parameters(request.scope["route"].dependant))
    unknown = sorted(set(request.query_params) - known)
    if unknown:
        offered = f"It has {', '.join(sorted(known))}." if known else "It has none."
        raise BadQuery(f"There is no parameter {unknown[0]!r}. {offered}")


def _parameters(dependant: Dependant) -> Iterator[str]:
    yield from (parameter.alias for parameter in dependant.query_params)
    for dependency in dependant.dependencies:
        yield from _parameters(dependency)


def api_router(path: str, group: str) -> APIRouter:
    """Return a router for the operations of a group; each is called as its function is."""
    return APIRouter(
        prefix=f"{API}{path}", tags=[group], generate_unique_id_function=lambda route: route.name
    )


def reads(permission: Permission) -> list[Any]:
    """Return the dependencies of an operation that shows something."""
    return [Depends(_limited), sees(permission), Depends(_bodiless), Depends(_known_query)]


def writes(action: str, permission: Permission) -> list[Any]:
    """Return the dependencies of an operation that changes something."""
    return [Depends(_limited), does(action, permission), Depends(_known_query)]
