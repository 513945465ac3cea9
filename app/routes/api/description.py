"""/api/v1/openapi.json, and /api: the description of the API for programs, and for people."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands import curl
from app.security.guards import sees
from app.security.roles import Permission
from app.text.paths import API
from app.web.api.access import reads
from app.web.api.description import described
from app.web.api.reference import reference
from app.web.base_path import base_path
from app.web.pages import page

READS = Permission.SERVER_READ


def router(described_routers: Sequence[APIRouter]) -> APIRouter:
    """Return the router of the pages that describe these routers."""
    made = APIRouter()

    @made.get(
        f"{API}/openapi.json",
        dependencies=reads(READS),
        include_in_schema=False,
        response_model=None,
    )
    async def openapi(request: Request) -> dict[str, Any]:
        """Return the OpenAPI document, with this dashboard's base path."""
        return described(described_routers, base_path(request))

    @made.get("/api", dependencies=[sees(READS)], include_in_schema=False)
    async def api_page(request: Request) -> Response:
        """Show the operations of the API, with an example of each."""
        document = described(described_routers, base_path(request))
        at = f"{request.url.scheme}://{request.url.netloc}{base_path(request)}"
        return await page(
            request,
            "api/reference.html.j2",
            live=False,
            groups=reference(document, at),
            example=curl.get(f"{at}{API}/rooms?limit=10", {"Authorization": "Bearer lkd_…"}),
            rate=request.app.state.settings.api_requests_per_minute,
        )

    return made
