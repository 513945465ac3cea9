"""/lists: how lists are shown to this person, or in this browser."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.layouts import ChooseLayout
from app.security.guards import does
from app.security.roles import Permission
from app.services.layouts import Layout
from app.text.places import inside
from app.web.base_path import link
from app.web.context import RequestContext
from app.web.forms import read
from app.web.listing import layout_of, remember, with_layout
from app.web.pages import done

router = APIRouter()


@router.post("/lists", dependencies=[does("list.layout", Permission.SERVER_READ)])
async def choose_layout(request: Request) -> Response:
    """Remember the layout in the account or the browser, and show the list again."""
    form = await read(request, ChooseLayout)
    size = int(form.size) if form.size else layout_of(request, form.name).size
    hidden = frozenset(form.columns.split()) - frozenset(form.show)
    back = inside(form.back)
    response = done(request, back)
    if form.size and "per_page=" in request.headers.get("hx-current-url", ""):
        # the address asks for another size than the one that was chosen
        response = Response(status_code=204, headers={"HX-Redirect": link(request, back)})
    layout = Layout(form.name, hidden, form.compact, size)
    kept = await RequestContext(request).prefer(
        lambda now: replace(now, lists=with_layout(now.lists, layout))
    )
    if not kept:
        remember(request, response, layout)
    return response
