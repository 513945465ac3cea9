"""The audit of the secrets that pages show: stream keys, and credentials in source URLs."""

from app.security.audit import AuditEntry
from app.services.audit.states import Outcome
from app.services.ingress.ingresses import EncoderTarget, Ingress
from app.web.context import RequestContext


async def audit_shown(ctx: RequestContext, ingress: Ingress, target: EncoderTarget) -> None:
    """Write that the user is shown the key of an ingress, or its source URL with credentials.

    Nothing is written about a source URL without credentials.
    """
    if not target.key and target.url == ingress.url:
        return
    action = "ingress.key" if target.key else "ingress.url"
    entry = AuditEntry.of(ctx.request, action, {"ingress": ingress.id})
    entry.by(ctx.user)
    await ctx.request.app.state.audit.write(entry, Outcome.DONE)
