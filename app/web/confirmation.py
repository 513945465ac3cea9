"""Asked first, and done once exactly that is confirmed: many things, or a replacement.

What was shown is sealed, and the seal comes back with the button. If the state is another one by
then, nothing is done, and the question is asked again.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from app.inputs.fields import Many
from app.security.body import posted
from app.services.livekit.differences import Replacement
from app.web.context import RequestContext
from app.web.forms import Form, FormPage, token
from app.web.pages import page

Item = TypeVar("Item")
SEEN = "seen"  # the hidden field that carries the seal


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is to be confirmed: its seal, and whether something else was confirmed before."""

    seen: str
    changed: bool

    @property
    def status(self) -> int:
        """The status of the page that asks."""
        return 409 if self.changed else 200


@dataclass(frozen=True, slots=True)
class Asking(Generic[Item]):
    """The question whether to do it to those `chosen`, all of which `seen` stands for."""

    sent: Many
    chosen: Sequence[Item]
    seen: str
    changed: bool

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the confirmation sends again: what was ticked, or the filter."""
        ticks = self.sent.scope == "selected"
        return [
            (name, str(text))
            for name, value in self.sent.model_dump(exclude={SEEN}).items()
            for text in ((value if ticks else []) if isinstance(value, list) else [value])
        ]


async def confirm_many(
    request: Request,
    template: str,
    sent: Many,
    chosen: Sequence[Item],
    key: Callable[[Item], str],
    **more: Any,
) -> Response | None:
    """Return the page that asks, or None if exactly these were named and confirmed.

    Two with one `key` are one and the same; what else is to be confirmed is part of it.
    """
    state = "\n".join(sorted(key(each) for each in chosen)).encode()
    asked = _unless_confirmed(sent.seen, seal(request, state))
    if asked is None:
        return None
    form = Form(request.url.path, token(request), {})
    asking = Asking(sent, chosen, asked.seen, asked.changed)
    return await page(
        request, template, status=asked.status, live=False, form=form, asking=asking, **more
    )


async def confirm_change(
    request: Request, form_page: FormPage[Any], change: Replacement, **more: Any
) -> Response | None:
    """Return the page that asks, or None if exactly this change was confirmed.

    The form is on that page too, as it was sent; its template has `differences`, `seen` for the
    hidden field, `changed` (whether what is replaced has changed since it was shown), and `more`.
    """
    sent = str((await posted(request)).get(SEEN, ""))
    asked = _unless_confirmed(sent, seal(request, change.old), seal(request, change.new))
    if asked is None:
        return None
    context = more | {"differences": change.differences, SEEN: asked.seen}
    return await form_page.asks(request, asked.status, changed=asked.changed, **context)


def seal(request: Request, state: bytes) -> str:
    """Return a digest that tells one state from another, and nothing of the secrets in it.

    Keyed by SESSION_SECRET: a plain digest would let its reader try passwords.
    """
    key = RequestContext(request).settings.session_secret[0].get_secret_value()
    return hmac.new(key.encode(), b"seen\0" + state, hashlib.sha256).hexdigest()[:32]


def _unless_confirmed(sent: str, state: str, wish: str = "") -> Confirmation | None:
    """Return what is to be confirmed, or None if `sent` confirms it.

    It has changed if another state was confirmed; another wish for the same state has not.
    """
    now = f"{state}.{wish}" if wish else state
    if hmac.compare_digest(sent.encode(), now.encode()):
        return None
    return Confirmation(now, bool(sent) and sent.partition(".")[0] != state)
