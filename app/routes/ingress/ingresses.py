"""/ingress: the list of ingresses, its export, a new one, and deleting many."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from app.commands.lk import ingress as lk_ingress
from app.commands.lk import writing
from app.inputs.ingress.ingress import CreateIngress, DeleteIngresses, texts_of
from app.navigation.figures import by_status
from app.routes.ingress.shown_secrets import audit_shown
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.ingress import control, ingresses, listing
from app.services.ingress.ingresses import Ingress
from app.services.ingress.listing import Row, Wanted
from app.services.ingress.states import IngressStatus
from app.services.jobs.kinds import JobKind
from app.services.lists import Ask
from app.services.livekit.client import LiveKit
from app.services.livekit.redaction import plain
from app.services.livekit.steps import Outcome, one_by_one
from app.services.rooms import rooms
from app.text.paths import INGRESS, ingress_path
from app.web.actions.background import Item, in_background
from app.web.actions.report import Work, report
from app.web.confirmation import confirm_many
from app.web.context import RequestContext
from app.web.deps import AuditDep, LiveKitDep, PolledLiveKitDep
from app.web.exports import Ending, as_file
from app.web.forms import FormPage, Loaded, read
from app.web.listing import AskDep, asked, filters
from app.web.pages import done, page

BULK_SECONDS = 120
PUBLISHING, IN_ERROR = frozenset({IngressStatus.PUBLISHING}), frozenset({IngressStatus.ERROR})

router = APIRouter()


ListDep = Annotated[Ask, asked("ingress")]
WantedDep = Annotated[Wanted, filters(Wanted)]


async def _new(ctx: RequestContext) -> Loaded:
    """Load the first values of the form: a room, or all fields of another ingress."""
    like = ctx.query.get("like", "")
    initial: dict[str, Any] = {"room": ctx.query.get("room", "")}
    if like:
        other, target = await ingresses.with_target(ctx.livekit, like)
        initial = texts_of(other)
        if not target.key:
            initial["url"] = target.url
            await audit_shown(ctx, other, target)
    posted = ctx.request.method == "POST"
    form = await CREATE.read_valid(ctx.request) if posted else _with_placeholders(initial)
    command = form and lk_ingress.create_ingress(request=plain(control.create_request(form.new)))
    return {"offered": await rooms.suggested(ctx.livekit), "command": command}, initial


def _with_placeholders(initial: dict[str, Any]) -> CreateIngress | None:
    """Return the form as it is first shown, for a command; None if it could not be sent."""
    missing = {"room": "ROOM", "identity": "IDENTITY"}
    try:
        form = CreateIngress.model_validate(
            initial | {n: initial.get(n) or missing[n] for n in missing}
        )
    except ValidationError:
        return None
    return None if any(form.problems()) else form


CREATE = FormPage("ingress/new.html.j2", CreateIngress, _new)


@router.get("/ingress", dependencies=[sees(Permission.INGRESS_READ)])
async def ingress_index(
    request: Request, livekit: PolledLiveKitDep, ask: ListDep, wanted: WantedDep
) -> Response:
    """Show one page of the matching ingresses."""
    table, missing = await listing.table(livekit, ask, wanted)
    return await page(
        request,
        "ingress/index.html.j2",
        topics=("ingress",),
        figures=by_status(INGRESS, table, PUBLISHING, IN_ERROR),
        ingresses=table.at(INGRESS),
        missing=missing,
        wanted=wanted,
        command=lk_ingress.list_ingress(),
    )


@router.get("/ingress/-/export.{ending}", dependencies=[sees(Permission.INGRESS_READ)])
async def export_ingress(
    livekit: LiveKitDep, ask: AskDep, wanted: WantedDep, ending: Ending
) -> Response:
    """Return all matching ingresses as a file, without keys."""
    matching = await listing.matching(livekit, ask, wanted)
    return as_file("ingress", ending, [listing.row(each) for each in matching], Row)


@router.get("/ingress/-/new", dependencies=[sees(Permission.INGRESS_WRITE)])
async def new_ingress_form(request: Request) -> Response:
    """Show the form for a new ingress."""
    return await CREATE.show(request)


@router.post(
    "/ingress/-/new", dependencies=[does("ingress.create", Permission.INGRESS_WRITE, CREATE)]
)
async def create_ingress(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Create the ingress and open its page, which has its URL and key."""
    form = await CREATE.read(request)
    audit.note(input=form.input, room=form.room)
    made = await control.create(livekit, form.new)
    audit.note(ingress=made.id)
    return done(request, ingress_path(made.id), f"Ingress {made.label} was created.")


@router.post("/ingress/-/delete", dependencies=[does("ingress.delete", Permission.INGRESS_WRITE)])
async def delete_ingresses(request: Request, livekit: LiveKitDep, audit: AuditDep) -> Response:
    """Show what would be deleted; once exactly that is confirmed, delete it.

    Asks again if an ingress went live, or publishes to another room, since it was shown.
    """
    form = await read(request, DeleteIngresses)
    chosen = await _chosen(livekit, form)
    asks = await confirm_many(
        request,
        "ingress/delete_many.html.j2",
        form,
        chosen,
        lambda one: f"{one.id} {one.room if one.active else ''}",
        disconnects=lambda one: one.active,
        folds=lambda one: not one.active,
        command=writing.several(lk_ingress.delete_ingress(id=each.id) for each in chosen),
    )
    if asks:
        return asks

    items = [Item(one.id, one.label) for one in chosen]
    if job := await in_background(request, JobKind.DELETE_INGRESS, items):
        return job

    def note(outcomes: Sequence[Outcome[Ingress]]) -> None:
        audit.note(ingresses={each.item.id: each.error or "deleted" for each in outcomes})

    steps = one_by_one(livekit, chosen, _delete, BULK_SECONDS)
    work = Work(steps, len(chosen), "Delete", "ingress", "ingresses", note)
    return await report(request, "ingress/deleted.html.j2", work)


async def _delete(livekit: LiveKit, one: Ingress) -> None:
    await control.delete(livekit, one.id)


async def _chosen(livekit: LiveKit, form: DeleteIngresses) -> list[Ingress]:
    if form.scope == "matching":
        wanted = Wanted(form.state, form.input)
        return await listing.matching(livekit, Ask(q=form.q), wanted)
    return await ingresses.named(livekit, form.ingress)
