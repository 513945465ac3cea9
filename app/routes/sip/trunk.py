"""/sip/trunks/{trunk}: one trunk: its page, edit, delete."""

import json

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import sip as lk_sip
from app.inputs.sip.trunks import DeleteTrunk, EditTrunk, texts_of
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.sip.trunks import control as trunks_control
from app.services.sip.trunks import trunks
from app.text.paths import TRUNKS, sip_path
from app.web.confirmation import confirm_change
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, PolledLiveKitDep, TrunkId
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix="/sip/trunks/{trunk}")


async def _to_edit(ctx: RequestContext) -> Loaded:
    """Load the trunk with its fields."""
    trunk = await trunks_control.to_change(ctx.livekit, ctx.name("trunk"))
    fields = texts_of(trunk)
    return {"trunk": trunk, "command": None}, fields | {"shown": json.dumps(fields)}


async def _to_delete(ctx: RequestContext) -> Loaded:
    """Load the trunk and the rules that name it."""
    trunk, rules = await trunks.with_rules(ctx.livekit, ctx.name("trunk"))
    command = lk_sip.delete_trunk(kind=trunk.kind, id=trunk.id)
    named = [rule for rule in rules if rule.named]
    return {"trunk": trunk, "rules": named, "command": command}, {}


EDIT = FormPage("sip/trunks/edit.html.j2", EditTrunk, _to_edit)
DELETE = FormPage("sip/trunks/delete.html.j2", DeleteTrunk, _to_delete)


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def trunk_page(request: Request, livekit: PolledLiveKitDep, id_: TrunkId) -> Response:
    """Show the trunk and the rules that match its calls."""
    trunk, rules = await trunks.with_rules(livekit, id_)
    return await page(request, "sip/trunks/trunk.html.j2", trunk=trunk, rules=rules)


@router.get("/edit", dependencies=[sees(Permission.SIP_WRITE)])
async def edit_trunk_form(request: Request) -> Response:
    """Show the trunk to edit."""
    return await EDIT.show(request)


@router.post("/edit", dependencies=[does("sip.trunk.edit", Permission.SIP_WRITE, EDIT)])
async def edit_trunk(
    request: Request, livekit: LiveKitDep, id_: TrunkId, audit: AuditDep
) -> Response:
    """First show what would change; then, once exactly that is confirmed, replace the trunk."""
    form = await EDIT.read(request)
    change = await trunks_control.plan(livekit, id_, form.kind, form.changes)
    path = sip_path("trunks", id_)
    if not change.differences:
        audit.changes(())
        return done(request, path, "Nothing was changed.", "warn")
    command = lk_sip.update_trunk(kind=form.kind, id=id_, differences=change.differences)
    asked = await confirm_change(request, EDIT, change, command=command)
    if asked is not None:
        audit.note(asked=change.names)
        return asked
    audit.changes(change.differences)
    saved = await trunks_control.replace(livekit, form.kind, change)
    warnings = form.warnings if "numbers" in form.changes else []
    text = " ".join([f"Trunk {saved.label} was saved.", *warnings])
    return done(request, path, text, "warn" if warnings else "ok")


@router.get("/delete", dependencies=[sees(Permission.SIP_WRITE)])
async def delete_trunk_form(request: Request) -> Response:
    """Ask before the trunk is deleted, and name the rules that use it."""
    return await DELETE.show(request)


@router.post("/delete", dependencies=[does("sip.trunk.delete", Permission.SIP_WRITE, DELETE)])
async def delete_trunk(request: Request, livekit: LiveKitDep, id_: TrunkId) -> Response:
    """Delete the trunk."""
    gone = await trunks_control.delete(livekit, id_)
    return done(request, TRUNKS, f"Trunk {gone.label} was deleted.")
