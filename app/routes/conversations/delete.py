"""/conversations/{job}/delete: one conversation, with all of its files."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from app.errors import NotFound
from app.inputs.conversations import DeleteConversation
from app.routes.history.shared import masking
from app.security.guards import does, sees
from app.security.roles import Permission
from app.services.conversations.deleting.deleting import delete_one, deleted_among, files_left
from app.services.conversations.files import job_id
from app.services.conversations.page import conversation as conversations
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.text.paths import CONVERSATIONS
from app.web.context import RequestContext
from app.web.deps import AuditDep, JobId, StoreDep
from app.web.forms import FormPage, Loaded
from app.web.pages import done

router = APIRouter(prefix=CONVERSATIONS)


async def _to_delete(ctx: RequestContext) -> Loaded:
    """Load the conversation that the address names."""
    conversation = await conversations.get(ctx.store, ctx.name("job"))
    return {"conversation": masking(ctx.user).in_room(conversation)}, {}


DELETE = FormPage("conversations/delete.html.j2", DeleteConversation, _to_delete)


@router.get("/{job}/delete", dependencies=[sees(Permission.CONVERSATIONS_MANAGE)])
async def delete_form(request: Request) -> Response:
    """Ask before a conversation is deleted, and say what goes with it."""
    return await DELETE.show(request)


@router.post(
    "/{job}/delete",
    dependencies=[does("conversation.delete", Permission.CONVERSATIONS_MANAGE, DELETE)],
)
async def delete(request: Request, store: StoreDep, job: JobId, entry: AuditDep) -> Response:
    """Delete it; files that can't be deleted now are deleted later."""
    await DELETE.read(request)
    state, job = request.app.state, job_id(job)
    deleted = await delete_one(store, state.storage, state.hub, DEFAULT_SERVER, job)
    if not deleted.number and not await deleted_among(store, DEFAULT_SERVER, [job]):
        raise NotFound(f"There is no conversation {job}.")
    text = f"The conversation {job} was deleted."
    if deleted.error:
        entry.note(files_left=deleted.error.reason)
        return done(request, CONVERSATIONS, f"{text} {files_left(deleted.error)}", "warn")
    return done(request, CONVERSATIONS, text)
