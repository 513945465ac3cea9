"""Confirmations of bulk actions and replacements, valid only for what was shown.

A digest of what was shown is sent back with the button. If the state has changed by then, nothing
is done, and the page asks again. A bulk action that disconnects somebody also requires the number
of items to be typed: the digest covers them, so the number that the page showed stays right while
people come and go.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from app.errors import Invalid
from app.inputs.fields import Many
from app.security.body import posted
from app.services.livekit.differences import Replacement
from app.web.context import RequestContext
from app.web.forms import FormPage, new_form
from app.web.pages import page

Item = TypeVar("Item")
SEEN = "seen"  # the hidden field that contains the digest
TYPED = "typed"  # the field for the number


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
    """The request to confirm an action on those `chosen`; `seen` is their digest.

    `listed` are those to name, and `folded` those that nobody would miss. `disconnected` is how
    many participants the action disconnects; if any, the number of items has to be typed.
    """

    sent: Many
    chosen: Sequence[Item]
    listed: Sequence[Item]
    folded: Sequence[Item]
    disconnected: int
    seen: str
    changed: bool

    @property
    def kept(self) -> list[tuple[str, str]]:
        """The fields that the confirmation sends again: the selection, or the filter."""
        ticks = self.sent.scope == "selected"
        return [
            (name, str(text))
            for name, value in self.sent.model_dump(exclude={SEEN, TYPED}).items()
            for text in ((value if ticks else []) if isinstance(value, list) else [value])
        ]


def _never(_item: Any) -> bool:
    return False


async def confirm_many(
    request: Request,
    template: str,
    sent: Many,
    chosen: Sequence[Item],
    key: Callable[[Item], str],
    *,
    disconnects: Callable[[Item], int] = _never,
    folds: Callable[[Item], bool] = _never,
    **more: Any,
) -> Response | None:
    """Return the page that asks, or None if exactly these were shown and confirmed.

    Items with the same `key` are the same; the key includes all that must be confirmed.
    `disconnects` returns how many participants an item's action disconnects: if it is more than 0
    for any, the page requires the number of items, and is a 422 without it. Items for which `folds`
    is true are folded below the others.
    """
    disconnected = sum(map(disconnects, chosen))
    state = "\n".join(sorted(key(each) for each in chosen)) + ("\0typed" if disconnected else "")
    asked = _unless_confirmed(sent.seen, seal(request, state.encode()))
    wrong = _wrong_number(sent.typed, len(chosen)) if disconnected and asked is None else None
    if asked is None and wrong is None:
        return None
    RequestContext(request).audit.note(asked=len(chosen))
    errors = wrong.fields if wrong else {}
    form = new_form(request, {TYPED: sent.typed if wrong else ""}, errors, wrong)
    folded = [each for each in chosen if folds(each)]
    asking = Asking(
        sent,
        chosen,
        [each for each in chosen if not folds(each)],
        folded,
        disconnected,
        asked.seen if asked else sent.seen,
        bool(asked and asked.changed),
    )
    status = wrong.status if wrong else asked.status if asked else 200
    return await page(
        request, template, status=status, live=False, form=form, asking=asking, **more
    )


def _wrong_number(typed: str, number: int) -> Invalid | None:
    """Return the error about the typed number, which may be grouped; None if it is right."""
    if "".join(typed.split()).replace(",", "") == str(number):
        return None
    error = Invalid(fields={TYPED: f"Enter {number} to confirm."})
    error.advice = "Nothing was done."
    return error


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
