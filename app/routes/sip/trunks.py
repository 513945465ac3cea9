"""/sip/trunks: the list of trunks of both kinds, its export, and a new one."""

from typing import Annotated, Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import sip as lk_sip
from app.errors import Invalid
from app.inputs.sip.trunks import CreateTrunk
from app.navigation.figures import Figure
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.lists import Ask
from app.services.sip.states import TrunkKind
from app.services.sip.trunks import control as trunks_control
from app.services.sip.trunks import listing as trunks_listing
from app.services.sip.trunks.listing import Row, Wanted
from app.text.paths import TRUNKS, sip_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, PolledLiveKitDep
from app.web.exports import Ending, as_file
from app.web.forms import FormPage, Loaded
from app.web.listing import AskDep, asked, filters
from app.web.pages import done, page

router = APIRouter(prefix="/sip/trunks")


ListDep = Annotated[Ask, asked("trunks")]
WantedDep = Annotated[Wanted, filters(Wanted)]


async def _new(ctx: RequestContext) -> Loaded:
    """Begin with a form of the kind that the address names, and the lk command for it."""
    kind = ctx.query.get("kind", "")
    kind = kind if kind in {*TrunkKind} else TrunkKind.INBOUND
    if ctx.request.method == "GET":
        return {"command": lk_sip.create_trunk(kind=kind, trunk=EXAMPLES[kind])}, {"kind": kind}
    form = await CREATE.read_valid(ctx.request)
    if form is None:
        return {"command": None}, {}
    try:
        trunk = trunks_control.described(form.kind, form.changes)
    except Invalid:
        return {"command": None}, {}
    return {"command": lk_sip.create_trunk(kind=form.kind, trunk=trunk)}, {}


# What is left to fill in, before anything is typed.
EXAMPLES: dict[str, dict[str, Any]] = {
    TrunkKind.INBOUND: {"numbers": ["NUMBER"]},
    TrunkKind.OUTBOUND: {"numbers": ["NUMBER"], "address": "ADDRESS"},
}
CREATE = FormPage("sip/trunks/new.html.j2", CreateTrunk, _new)


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def trunks_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show the matching trunks, a page of them."""
    table = await trunks_listing.table(livekit, ask, wanted)
    command = lk_sip.list_trunks(kind=wanted.kind)
    context: dict[str, Any] = {"trunks": table.at(TRUNKS), "wanted": wanted, "command": command}
    figures = {TRUNKS: Figure(table.total)}
    return await page(request, "sip/trunks/index.html.j2", figures=figures, **context)


@router.get("/-/export.{ending}", dependencies=[sees(Permission.SIP_READ)])
async def export_trunks(
    livekit: LiveKitDep, ask: AskDep, wanted: WantedDep, ending: Ending
) -> Response:
    """Return all matching trunks as a file, without secrets."""
    rows = await trunks_listing.rows(livekit, ask, wanted)
    return as_file("trunks", ending, rows, Row)


@router.get("/-/new", dependencies=[sees(Permission.SIP_WRITE)])
async def new_trunk_form(request: Request) -> Response:
    """Show the form for a new trunk."""
    return await CREATE.show(request)


@router.post("/-/new", dependencies=[does("sip.trunk.create", Permission.SIP_WRITE, CREATE)])
async def create_trunk(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Create the trunk and go to it."""
    form = await CREATE.read(request)
    audit.note(kind=form.kind, name=form.name)
    made = await trunks_control.create(livekit, form.kind, form.changes)
    audit.note(trunk=made.id)
    text = " ".join([f"Trunk {made.label} was created.", *form.warnings])
    return done(request, sip_path("trunks", made.id), text, "warn" if form.warnings else "ok")
