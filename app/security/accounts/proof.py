"""Proof that it is still the person who signed in, before factors change: password or passkey."""

import time

from starlette.requests import Request

from app.errors import NotAllowed
from app.services.accounts.ages import is_recent

KEY = "proved"
LIFETIME = 600  # seconds


class NotProved(NotAllowed):
    """A change of factors needs a proof, so that a stolen session can't make it."""

    title = "Confirm that it's you"
    advice = "Nothing was changed. Open the page again: it asks for your password or a passkey."


def is_there(request: Request, lifetime: int = LIFETIME) -> bool:
    """Return whether this browser has a proof for its session, made within `lifetime` seconds."""
    match request.session.get(KEY):
        case [int(session), int(at)]:
            return session == request.state.user.session and is_recent(at, lifetime)
    return False


def check(request: Request) -> None:
    """Raise NotProved without a proof; a form that was open meanwhile has twice the time."""
    if not is_there(request, 2 * LIFETIME):
        raise NotProved


def remember(request: Request) -> None:
    """Remember in this browser's cookie, for this session, that there was a proof."""
    request.session[KEY] = [request.state.user.session, int(time.time())]
