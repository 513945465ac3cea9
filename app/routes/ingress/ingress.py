"""/ingress/{ingress}: one ingress: its page with URL and stream key, edit, delete."""

import json
from http import HTTPStatus

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.commands.encoders import hints
from app.commands.lk import ingress as lk_ingress
from app.inputs.ingress.ingress import DeleteIngress, EditIngress, texts_of
from app.routes.ingress.shown_secrets import audit_shown
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.ingress import control as ingress_control
from app.services.ingress import ingresses, presence
from app.services.ingress.control import Changes
from app.services.ingress.ingresses import Ingress
from app.services.livekit.redaction import plain
from app.services.rooms import rooms
from app.text.paths import INGRESS, ingress_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, IngressId, LiveKitDep, PolledLiveKitDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done, page

router = APIRouter(prefix="/ingress/{ingress}")


async def _to_edit(ctx: RequestContext) -> Loaded:
    """Load the ingress with its fields, and the lk command that makes the same changes.

    Raises Conflict if it can't be changed.
    """
    ingress = await ingresses.get(ctx.livekit, ctx.name("ingress"))
    ingress_control.check_changeable(ingress)
    fields = texts_of(ingress)
    form = await EDIT.read_valid(ctx.request) if ctx.request.method == "POST" else None
    changes = form.changes if form else _all_texts(ingress)
    request = ingress_control.update_request(ingress.id, changes)
    context = {
        "ingress": ingress,
        "offered": await rooms.suggested(ctx.livekit),
        "command": lk_ingress.update_ingress(request=plain(request)),
    }
    return context, fields | {"shown": json.dumps(fields)}


def _all_texts(ingress: Ingress) -> Changes:
    """Return the texts of an ingress, for a command to start from before anything is changed."""
    return Changes(ingress.name, ingress.room, ingress.identity, ingress.participant_name)


async def _to_delete(ctx: RequestContext) -> Loaded:
    """Load the ingress that the URL names, and the lk command that deletes it."""
    ingress = await ingresses.get(ctx.livekit, ctx.name("ingress"))
    return {"ingress": ingress, "command": lk_ingress.delete_ingress(id=ingress.id)}, {}


EDIT = FormPage("ingress/edit.html.j2", EditIngress, _to_edit)
DELETE = FormPage("ingress/delete.html.j2", DeleteIngress, _to_delete)


@router.get("", dependencies=[sees(Permission.INGRESS_READ)])
async def ingress_page(
    request: Request, livekit: PolledLiveKitDep, user: UserDep, id_: IngressId
) -> Response:
    """Show the ingress; its stream key only to users who may edit ingresses.

    Each response with the key is in the audit; most polls have none, because nothing changed.
    """
    ingress, target = await ingresses.with_target(livekit, id_)
    may_send = user.can(Permission.INGRESS_WRITE)
    response = await page(
        request,
        "ingress/ingress.html.j2",
        topics=(f"ingress:{id_}",),
        ingress=ingress,
        deserted=await presence.is_deserted(livekit, ingress),
        target=target if may_send else None,
        hints=hints(ingress.input, target.url, target.key) if may_send else [],
        command=lk_ingress.get_ingress(id=ingress.id),
    )
    if may_send and response.status_code != HTTPStatus.NOT_MODIFIED:
        await audit_shown(RequestContext(request), ingress, target)
    return response


@router.get("/edit", dependencies=[sees(Permission.INGRESS_WRITE)])
async def edit_ingress_form(request: Request) -> Response:
    """Show the ingress to edit."""
    return await EDIT.show(request)


@router.post("/edit", dependencies=[does("ingress.edit", Permission.INGRESS_WRITE, EDIT)])
async def edit_ingress(
    request: Request, livekit: LiveKitDep, id_: IngressId, audit: AuditDep
) -> Response:
    """Send only what was changed, so that changes by others are kept."""
    form = await EDIT.read(request)
    path = ingress_path(id_)
    before = await ingresses.get(livekit, id_)
    if form.changes == Changes():
        audit.changes(())
        return done(request, path, "Nothing was changed.", "warn")
    audit.changes(ingress_control.changed(before, form.changes))
    await ingress_control.update(livekit, before, form.changes)
    if not before.active:
        return done(request, path, f"{before.label} was saved.")
    if (await ingresses.get(livekit, id_)).active:
        text = "its worker did not respond. The session is still active, or the worker has ended."
        return done(request, path, f"{before.label} was saved, but {text}", "warn")
    text = "Its session has ended: the encoder must reconnect."
    return done(request, path, f"{before.label} was saved. {text}", "warn")


@router.get("/delete", dependencies=[sees(Permission.INGRESS_WRITE)])
async def delete_ingress_form(request: Request) -> Response:
    """Ask before the ingress is deleted, and name what ends with it."""
    return await DELETE.show(request)


@router.post("/delete", dependencies=[does("ingress.delete", Permission.INGRESS_WRITE, DELETE)])
async def delete_ingress(request: Request, livekit: LiveKitDep, id_: IngressId) -> Response:
    """Delete the ingress."""
    deleted = await ingress_control.delete(livekit, id_)
    return done(request, INGRESS, f"Ingress {deleted.label} was deleted.")
