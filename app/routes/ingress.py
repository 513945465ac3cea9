"""/ingress: the list of ways in, its export, and a new one."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from app.deps import LiveKitDep, PolledLiveKitDep
from app.exports import Ending, as_file
from app.forms import FormPage, Loaded, read
from app.inputs.ingress import CreateIngress, texts_of
from app.pages import done, page
from app.paths import ingress_path
from app.security.permissions import does, sees
from app.security.roles import Permission
from app.services import ingress, ingress_control, ingress_list, rooms
from app.services.ingress_list import Input, Row, State, Wanted
from app.services.livekit import LiveKit
from app.tables import AskDep

router = APIRouter()


async def _wanted(state: State = "", input: Input = "") -> Wanted:
    """Read the list's own filters from the query."""
    return Wanted(state, input)


WantedDep = Annotated[Wanted, Depends(_wanted)]


async def _new(request: Request) -> Loaded:
    """Load what the form of a new ingress begins with: a room, or all of another ingress."""
    livekit: LiveKit = request.app.state.livekit
    like = request.query_params.get("like", "")
    initial: dict[str, Any] = {"room": request.query_params.get("room", "")}
    if like:
        found, door = await ingress.with_door(livekit, like)
        initial = {**texts_of(found), "url": door.url} if not door.key else texts_of(found)
    return {"offered": await rooms.suggested(livekit)}, initial


CREATE = FormPage("ingress/new.html.j2", CreateIngress, _new)


@router.get("/ingress", dependencies=[sees(Permission.INGRESS_READ)])
async def ingress_index(
    request: Request, livekit: PolledLiveKitDep, ask: AskDep, wanted: WantedDep
) -> Response:
    """Show the matching ingresses, a page of them."""
    table, missing = await ingress_list.table(livekit, ask, wanted)
    return await page(
        request, "ingress/index.html.j2", ingresses=table, missing=missing, wanted=wanted
    )


@router.get("/ingress/-/export.{ending}", dependencies=[sees(Permission.INGRESS_READ)])
async def export_ingress(
    livekit: LiveKitDep, ask: AskDep, wanted: WantedDep, ending: Ending
) -> Response:
    """Give all matching ingresses as a file, without keys."""
    rows = await ingress_list.rows(livekit, ask, wanted)
    return as_file("ingress", ending, rows, Row)


@router.get("/ingress/-/new", dependencies=[sees(Permission.INGRESS_WRITE)])
async def new_ingress_form(request: Request) -> Response:
    """Show the form for a new ingress."""
    return await CREATE.show(request)


@router.post(
    "/ingress/-/new", dependencies=[does("ingress.create", Permission.INGRESS_WRITE, CREATE)]
)
async def create_ingress(request: Request, livekit: LiveKitDep) -> Response:
    """Create the ingress and go to it, where its address and key are."""
    form = await read(request, CreateIngress)
    request.state.audit = {"input": form.input, "room": form.room}
    made = await ingress_control.create(livekit, form.new)
    request.state.audit |= {"ingress": made.id}
    return done(request, ingress_path(made.id), f"Ingress {made.label} was created.")
