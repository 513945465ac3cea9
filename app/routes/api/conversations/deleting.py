"""/api/v1/conversations/{job}: delete a conversation."""

from starlette.requests import Request

from app.errors import NotFound
from app.security.roles import Permission
from app.services.conversations.deleting.deleting import delete_one, deleted_among
from app.services.conversations.files import job_id
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.web.api.access import api_router, writes
from app.web.deps import AuditDep, JobId, StoreDep

router = api_router("/conversations", "Conversations")


@router.delete(
    "/{job}",
    status_code=204,
    dependencies=writes("conversation.delete", Permission.CONVERSATIONS_MANAGE),
)
async def delete_conversation(
    request: Request, store: StoreDep, job: JobId, audit: AuditDep
) -> None:
    """Delete a conversation with all of its files.

    Files that can't be deleted now are deleted later. What its agent still uploads is discarded.
    """
    state, job = request.app.state, job_id(job)
    deleted = await delete_one(store, state.storage, state.hub, DEFAULT_SERVER, job)
    if not deleted.number and not await deleted_among(store, DEFAULT_SERVER, [job]):
        raise NotFound(f"There is no conversation {job}.")
    if deleted.error:
        audit.note(files_left=deleted.error.reason)
