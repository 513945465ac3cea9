"""Before a replace: what would change is shown, and done once exactly that is confirmed."""

import hashlib
import hmac
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from app.security.body import posted
from app.services.livekit.differences import Replacement
from app.web.forms import FormPage

SEEN = "seen"


async def confirmed(
    request: Request, form_page: FormPage[Any], change: Replacement, **more: Any
) -> Response | None:
    """Give the page that asks, or None where exactly this change was asked for and confirmed.

    The form is on that page too, as it was sent; its template has `differences`, `seen` for a
    hidden field of that name, `changed`: whether what is replaced changed meanwhile (409), and
    `more`.
    """
    seen = str((await posted(request)).get(SEEN, ""))
    now = f"{seal(request, change.old)}.{seal(request, change.new)}"
    if hmac.compare_digest(seen.encode(), now.encode()):
        return None
    changed = bool(seen) and seen.partition(".")[0] != now.partition(".")[0]
    status = 409 if changed else 200
    context = more | {"differences": change.differences, SEEN: now, "changed": changed}
    return await form_page.asks(request, status, **context)


def seal(request: Request, state: bytes) -> str:
    """Give a digest that tells one state from another, and nothing of the secrets in it.

    Keyed by SESSION_SECRET: a plain one would let its reader try passwords.
    """
    key = request.app.state.settings.session_secret[0].get_secret_value()
    return hmac.new(key.encode(), b"seen\0" + state, hashlib.sha256).hexdigest()[:32]
