"""/sip/definitions: all trunks and dispatch rules as a file, and back."""

from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.inputs.sip.definitions import ImportDefinitions
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.livekit.differences import Difference, Replacement
from app.services.sip.definitions import importing
from app.services.sip.definitions.planning import Item, Plan
from app.web.confirmation import confirm_change
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep
from app.web.exports import as_document
from app.web.forms import FormPage, Loaded
from app.web.pages import page

IMPORT_SECONDS = 60

router = APIRouter(prefix="/sip/definitions")


async def _there(ctx: RequestContext) -> Loaded:
    """Load how much there is to export."""
    stored = await importing.stored(ctx.livekit)
    return {"there": {kind: len(infos) for kind, infos in stored.items()}}, {}


FORM = FormPage("sip/definitions.html.j2", ImportDefinitions, _there)


@router.get("", dependencies=[sees(Permission.SIP_READ)])
async def definitions_page(request: Request) -> Response:
    """Show what can be exported, and the form to import."""
    return await FORM.show(request)


@router.get("/-/export.json", dependencies=[sees(Permission.SIP_READ)])
async def export_definitions(livekit: LiveKitDep) -> Response:
    """Return all trunks and rules as a file, their secrets as dots."""
    return as_document("sip-definitions", await importing.export(livekit, secrets=False))


@router.post("/-/secrets", dependencies=[does("sip.definitions.secrets", Permission.SIP_WRITE)])
async def export_with_secrets(livekit: LiveKitDep) -> Response:
    """Return all trunks and rules as a file with their secrets; the audit has that."""
    file = await importing.export(livekit, secrets=True)
    return as_document("sip-definitions-with-secrets", file)


@router.post("", dependencies=[does("sip.definitions.import", Permission.SIP_WRITE, FORM)])
async def import_definitions(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """First show what the import would do; then, once exactly that is confirmed, do it."""
    form = await FORM.read(request)
    plan = await importing.plan(livekit, form.definitions)
    asked = await confirm_change(request, FORM, _whole(plan), plan=plan)
    if asked is not None:
        audit.note(asked=plan.counts)
        return asked
    audit.changes(_changes({x.id: x for x in plan.items if x.action == "changed"}))
    results = await importing.carry_out(livekit, plan, IMPORT_SECONDS)
    outcomes = {r.id or r.item.label: r.outcome for r in results if r.item.action != "unchanged"}
    audit.note(definitions=outcomes)
    audit.changes(_changes({r.id: r.item for r in results if r.outcome == "changed"}))
    return await page(request, "sip/imported.html.j2", live=False, results=results)


def _changes(items: Mapping[str, Item]) -> list[Difference]:
    """Return the changes to trunks and rules that exist, by their IDs, for the audit."""
    return [replace(each, of=id_) for id_, item in items.items() for each in item.differences]


def _whole(plan: Plan) -> Replacement:
    """Return all that an import would replace, and by what, as one change; warnings are part."""
    old, new = (b"\0".join(getattr(item, side) for item in plan.items) for side in ("old", "new"))
    faults = ",".join(warning.fault for item in plan.items for warning in item.warnings)
    return Replacement((), old + faults.encode(), new)
