"""Confirmations of bulk actions and replacements, valid only for what was shown.

A digest of what was shown is sent back with the button. If the state has changed by then, nothing
is done, and the page asks again.
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
from app.web.forms import FormPage, new_form
from app.web.pages import page

Item = TypeVar("Item")
SEEN = "seen"  # the hidden field that contains the digest


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What is to be confirmed: its digest, and whether it has changed since it was shown."""

    seen: str
    changed: bool

    @property
    def status(self) -> int:
        """The status of the page that asks."""
        return 409 if self.changed else 200


@dataclass(frozen=True, slots=True)
class Asking(Generic[Item]):
    """The request to confirm an action on those `chosen`; `seen` is their digest."""

    sent: Many
    chosen: Sequence[Item]
    seen: str
    changed: bool

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The fields that the confirmation sends again: the selection, or the filter."""
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
    """Return the page that asks, or None if exactly these were shown and confirmed.

    Items with the same `key` are the same; the key includes all that must be confirmed.
    """
    state = "\n".join(sorted(key(each) for each in chosen)).encode()
    asked = _unless_confirmed(sent.seen, seal(request, state))
    if asked is None:
        return None
    form = new_form(request, {})
    asking = Asking(sent, chosen, asked.seen, asked.changed)
    return await page(
        request, template, status=asked.status, live=False, form=form, asking=asking, **more
    )


async def confirm_change(
    request: Request, form_page: FormPage[Any], change: Replacement, **more: Any
) -> Response | None:
    """Return the page that asks, or None if exactly this change was confirmed.

    The page also contains the form as it was sent. Its template gets `differences`, `seen` for the
    hidden field, `changed` (True if the original has changed since it was shown), and `more`.
    """
    sent = str((await posted(request)).get(SEEN, ""))
    asked = _unless_confirmed(sent, seal(request, change.old), seal(request, change.new))
    if asked is None:
        return None
    context = more | {"differences": change.differences, SEEN: asked.seen}
    return await form_page.asks(request, asked.status, changed=asked.changed, **context)


def seal(request: Request, state: bytes) -> str:
    """Return a digest of a state that reveals nothing about the secrets in it.

    It is keyed by SESSION_SECRET, because a plain digest could be used to guess passwords.
    """
    key = RequestContext(request).settings.session_secret[0].get_secret_value()
    return hmac.new(key.encode(), b"seen\0" + state, hashlib.sha256).hexdigest()[:32]


def _unless_confirmed(sent: str, state: str, change: str = "") -> Confirmation | None:
    """Return what is to be confirmed, or None if `sent` confirms it.

    `changed` is True if another state was confirmed, but not for another change of the same state.
    """
    now = f"{state}.{change}" if change else state
    if hmac.compare_digest(sent.encode(), now.encode()):
        return None
    return Confirmation(now, bool(sent) and sent.partition(".")[0] != state)
