"""Tokens of programs: as `Authorization: Bearer`, or as the password of HTTP Basic."""

import base64
import binascii
import math
from dataclasses import dataclass, replace
from functools import partial

import structlog
from starlette.requests import Request

from app.config.settings import Settings
from app.errors import NotSignedIn, TooManyTries
from app.security.accounts import emergency
from app.security.accounts.recent import Verifier
from app.security.accounts.sessions import user_of
from app.security.addresses import client_address, network
from app.security.basic_auth import CHALLENGE
from app.security.origin import SAFE
from app.security.roles import NEVER_BY_TOKEN, TokenUse, User, known
from app.services.accounts import tokens, tries
from app.services.accounts.names import folded
from app.store.store import Store

BEARER = 'Bearer realm="LiveKit Dashboard"'
INVALID = f'{BEARER}, error="invalid_token"'  # RFC 6750, 3.1

log = structlog.get_logger("sign-in")


class InvalidToken(NotSignedIn):
    """The token is wrong, revoked or expired, or its account is disabled."""

    title = "This token isn't valid"
    advice = "Check that it is complete, hasn't expired, and wasn't revoked."


@dataclass(frozen=True, slots=True)
class Sent:
    """A token as a request carries it; `name` is None for Bearer, which has none."""

    secret: str
    name: str | None = None

    @property
    def challenge(self) -> str:
        """What asks for the right token in the same way."""
        return INVALID if self.name is None else CHALLENGE


class ByToken:
    """Identifies programs by their token, in the same way and with the same limits as people."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._verifier = Verifier()

    async def identify(self, request: Request) -> User | None:
        """Return the owner of the token, with what the token may do; None without a token.

        Raises InvalidToken, TooManyTries, StoreError.
        """
        sent = _sent(request.headers.get("authorization", ""))
        if sent is None or self._is_emergency(sent):
            return None
        if not tokens.FORM.fullmatch(sent.secret):
            raise InvalidToken(challenge=sent.challenge)
        store: Store = request.app.state.store
        key = tokens.hashed(sent.secret)
        limits = {
            tries.key("address", network(client_address(request))): (
                self._settings.signin_tries_per_minute
            )
        }
        # nobody else's wrong tokens lock out one that has been good before
        made = None if key in self._verifier else await tries.begin(store, limits)
        if made and made.wait:
            raise TooManyTries(math.ceil(made.wait))
        verify = partial(self._verify, request, store, sent)
        acts = request.method not in SAFE
        user = await self._verifier.user(store, key, verify, acts=acts)
        if user is None or (sent.name and folded(sent.name) != folded(user.name)):
            log.warning("wrong token", address=client_address(request))
            if made is None:
                await tries.begin(store, limits)
            raise InvalidToken(challenge=sent.challenge)
        if made:
            await tries.forget(store, made)
        return user

    async def _verify(self, request: Request, store: Store, sent: Sent) -> User | None:
        verified = await tokens.verify(store, sent.secret)
        if verified is None:
            return None
        token, owner = verified.token, user_of(verified.account, self._settings)
        if tokens.is_stale(token):
            self._verifier.later(tokens.touch(store, token, client_address(request)))
        own = owner.permissions if token.permissions is None else known(token.permissions)
        held = (own & owner.permissions) - NEVER_BY_TOKEN
        return replace(owner, held=held, token=TokenUse(token.id, token.name))

    def _is_emergency(self, sent: Sent) -> bool:
        """Return whether it is the emergency account's password, which may begin like a token."""
        return sent.name is not None and emergency.fits(self._settings, sent.name, sent.secret)


def _sent(header: str) -> Sent | None:
    scheme, _, value = header.partition(" ")
    if scheme.lower() == "bearer":
        return Sent(value.strip())
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return None  # the next kind of sign-in explains what is wrong
    return Sent(password, name) if password.startswith(tokens.PREFIX) else None
