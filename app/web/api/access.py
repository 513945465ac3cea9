"""Access to the operations of the API: the guards of the pages, after the limit of requests."""

from typing import Any

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

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


def api_router(path: str, group: str) -> APIRouter:
    """Return a router for the operations of a group; each is called as its function is."""
    return APIRouter(
        prefix=f"{API}{path}", tags=[group], generate_unique_id_function=lambda route: route.name
    )


def reads(permission: Permission) -> list[Any]:
    """Return the dependencies of an operation that shows something."""
    return [Depends(_limited), sees(permission), Depends(_bodiless)]


def writes(action: str, permission: Permission) -> list[Any]:
    """Return the dependencies of an operation that changes something."""
    return [Depends(_limited), does(action, permission)]
