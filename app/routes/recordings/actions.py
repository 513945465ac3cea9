"""/recordings/{recording}/delete and /link: what can be done with the file of a recording."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import Conflict, NotAllowed
from app.inputs.recordings import DeleteRecording, LinkRecording
from app.routes.history.shared import masking
from app.routes.recordings.shown import is_personal, masked
from app.security.guards import does, sees
from app.security.roles import Permission, User
from app.services.recordings import deleting, recordings
from app.services.recordings.places import LASTS, MANY, Places, Reached
from app.services.recordings.recordings import Recording
from app.text.paths import RECORDINGS, recording_path
from app.web.context import RequestContext
from app.web.deps import AuditDep, RecordingId, StoreDep, UserDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter(prefix=RECORDINGS)
NO_LINKS = "It is in a folder: only buckets have links."
NAMED = "A link has the name of the file, which your role may not see."


class NotLinkable(Conflict):
    """No link can be created to the file of a recording."""

    title = "There can be no link to this file"
    advice = "Download it on its page."


async def _to_delete(ctx: RequestContext) -> Loaded:
    """Load the recording that the address names, and where its file is. Raises NotDeletable."""
    recording = await recordings.get(ctx.store, ctx.name("recording"))
    reached = await deleting.deletable(ctx.store, ctx.request.app.state.places, recording)
    return {"recording": masked(masking(ctx.user), recording), "place": reached.place}, {}


async def _to_link(ctx: RequestContext) -> Loaded:
    """Load the recording that the address names, and why it can have no link.

    Raises NotAllowed for those who may not see the name of its file, which a link has.
    """
    _check_name(ctx.user)
    recording = await recordings.get(ctx.store, ctx.name("recording"))
    found = _linkable(ctx.request.app.state.places, recording)
    problem = found if isinstance(found, str) else ""
    shown = {"recording": masked(masking(ctx.user), recording), "lasts": LASTS}
    return shown | {"problem": problem, "url": ""}, {}


DELETE = FormPage("recordings/delete.html.j2", DeleteRecording, _to_delete)
LINK = FormPage("recordings/link.html.j2", LinkRecording, _to_link)


@router.get("/{recording}/delete", dependencies=[sees(Permission.RECORDINGS_MANAGE)])
async def delete_form(request: Request) -> Response:
    """Ask before a file is deleted, and say what stays."""
    return await DELETE.show(request)


@router.post(
    "/{recording}/delete",
    dependencies=[does("recording.delete", Permission.RECORDINGS_MANAGE, DELETE)],
)
async def delete(request: Request, store: StoreDep, name: RecordingId, entry: AuditDep) -> Response:
    """Delete the file in its storage; its row stays and says so."""
    await DELETE.read(request)
    state = request.app.state
    recording = await recordings.get(store, name)
    entry.note(location=recording.location, size=recording.size)
    await deleting.delete(store, state.places, state.hub, recording, request.state.user.name)
    return done(request, RECORDINGS, "The file was deleted.", about=recording_path(recording.id))


@router.get("/{recording}/link", dependencies=[sees(Permission.RECORDINGS_MANAGE)])
async def link_form(request: Request) -> Response:
    """Say what a link permits before it is created."""
    return await LINK.show(request)


@router.post(
    "/{recording}/link",
    dependencies=[does("recording.link", Permission.RECORDINGS_MANAGE, LINK)],
)
async def create_link(
    request: Request, store: StoreDep, user: UserDep, name: RecordingId
) -> Response:
    """Show a link by which anybody can get the file from its storage for a while."""
    _check_name(user)
    await LINK.read(request)
    found = _linkable(request.app.state.places, await recordings.get(store, name))
    if isinstance(found, str):
        raise NotLinkable(found)
    return await LINK.asks(request, url=await found.link())


def _check_name(user: User) -> None:
    """Raise NotAllowed for those who may not see the name of a file, which a link to it has."""
    if not is_personal(user):
        raise NotAllowed(NAMED)


def _linkable(places: Places, recording: Recording) -> Reached | str:
    """Return a file that can have a link, or why there can be none."""
    found = places.find(recording) if recording.is_one_file else MANY
    return NO_LINKS if isinstance(found, Reached) and found.bucket is None else found
