"""/docs: the documentation of this version, with its pictures."""

from typing import Annotated

from fastapi import APIRouter
from fastapi import Path as InPath
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.errors import NoSuchPage
from app.manual.pages import DOCUMENTS, picture_file
from app.security.guards import sees
from app.security.roles import Permission
from app.web.base_path import base_path
from app.web.pages import page

router = APIRouter(prefix="/docs")
Part = Annotated[str, InPath(max_length=100)]


@router.get("", dependencies=[sees(Permission.SERVER_READ)])
async def docs_index(request: Request) -> Response:
    """Show all pages of the documentation."""
    return await page(request, "docs/index.html.j2", live=False, documents=list(DOCUMENTS.values()))


@router.get("/pictures/{picture}", dependencies=[sees(Permission.SERVER_READ)])
async def docs_picture(picture: Part) -> Response:
    """Return a picture. Raises NoSuchPage for an unknown name."""
    file = picture_file(picture)
    if file is None:
        raise NoSuchPage
    return FileResponse(
        file, media_type="image/webp", headers={"Cache-Control": "private, max-age=3600"}
    )


@router.get("/features/{feature}", dependencies=[sees(Permission.SERVER_READ)])
async def docs_feature(request: Request, feature: Part) -> Response:
    """Show the page about a feature. Raises NoSuchPage for an unknown name."""
    return await _page(request, f"features/{feature}")


@router.get("/{document}", dependencies=[sees(Permission.SERVER_READ)])
async def docs_page(request: Request, document: Part) -> Response:
    """Show a page about running the dashboard. Raises NoSuchPage for an unknown name."""
    return await _page(request, document)


async def _page(request: Request, name: str) -> Response:
    document = DOCUMENTS.get(name)
    if document is None:
        raise NoSuchPage
    from app.manual.markup import html  # with its parser, a megabyte that few need

    return await page(
        request,
        "docs/page.html.j2",
        live=False,
        document=document,
        text=html(document, base_path(request)),
    )
