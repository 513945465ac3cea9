"""Sign-in at the OpenID provider: begun here, and finished when the browser returns.

What must be the same at both ends is in the session's cookie, which only this browser has and
nobody can read: so a response that was meant for another browser, or was seen before, is refused.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from app.config.settings import Settings
from app.security.accounts import sessions
from app.security.audit import AuditEntry
from app.security.roles import ROLES, User
from app.services.accounts import sessions as stored_sessions
from app.services.accounts.accounts import Account
from app.services.accounts.ages import is_recent
from app.services.accounts.states import SignIn
from app.services.oidc import claims as claimed
from app.services.oidc import id_tokens, people
from app.services.oidc.errors import (
    AccountDisabled,
    BadProvider,
    NoRole,
    ProviderError,
    ProviderRefused,
    SignInExpired,
)
from app.services.oidc.people import Person
from app.services.oidc.provider import Provider, with_query
from app.store.sealing import Sealer, Unreadable
from app.store.store import Store
from app.text.places import inside
from app.text.shortening import shortened

KEY = "oidc"  # in the session, between the two ends
LIFETIME = 600.0  # seconds to sign in at the provider
LONGEST_PLACE = 500  # characters: the cookie is small
# A hint goes into an address and a header, and proxies accept 4 KB of headers by default.
LONGEST_HINT = 2200


async def begin(request: Request, redirect_uri: str, place: str) -> str:
    """Return the address at the provider that signs somebody in, who then gets to `place`.

    Raises ProviderError.
    """
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    url = await _provider(request).sign_in_url(redirect_uri, state, nonce, challenge)
    place = inside(place)
    request.session[KEY] = {
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "next": place if len(place) <= LONGEST_PLACE else "/",
        "at": int(time.time()),
    }
    return url


def place_of(request: Request) -> str:
    """Return the place to which the sign-in under way leads."""
    begun = request.session.get(KEY)
    return inside(str(begun.get("next", "/"))) if isinstance(begun, dict) else "/"


async def finish(request: Request, redirect_uri: str, entry: AuditEntry) -> User:
    """Start a session for whom the provider sent back, and return the user.

    Raises SignInRefused, ProviderError, Conflict and StoreError; then nobody is signed in.
    """
    begun = request.session.pop(KEY, None)
    sent = request.query_params
    state = str(begun.get("state", "")) if isinstance(begun, dict) else ""
    if not state or not hmac.compare_digest(state.encode(), sent.get("state", "").encode()):
        raise SignInExpired(
            "It was not begun in this browser, was begun again since, or is finished already."
        )
    if not is_recent(begun["at"], LIFETIME):
        raise SignInExpired("It took more than 10 minutes.")
    provider = _provider(request)
    await _check_sender(provider, sent)
    if "error" in sent or not sent.get("code"):
        raise ProviderRefused(_refusal(request, sent))
    tokens = await provider.exchange(sent["code"], begun["verifier"], redirect_uri)
    claims = await id_tokens.check(provider, tokens.id_token, begun["nonce"])
    settings: Settings = request.app.state.settings
    if claimed.lacks(claims, settings):
        claims = {**await provider.userinfo(tokens.access_token, claims["sub"]), **claims}
    account = await _account(request, claims, entry)
    sealer: Sealer = request.app.state.sealer
    hint = tokens.id_token if len(tokens.id_token) <= LONGEST_HINT else ""
    user = await sessions.begin(request, account, SignIn.OIDC, sealer.seal(hint))
    entry.by(user)
    entry.note(method=SignIn.OIDC)
    return user


async def leaving(request: Request, user: User, back: str) -> str:
    """Return the address at which the provider ends its own session, and then leads `back`.

    It is empty if the session didn't begin there, or the provider can't end sessions now. Raises
    StoreError. See OpenID Connect RP-Initiated Logout 1.0.
    """
    if not request.app.state.settings.oidc_issuer or user.session is None:
        return ""
    session = await stored_sessions.by_id(request.app.state.store, user.session)
    if session is None or session.method != SignIn.OIDC:
        return ""
    provider = _provider(request)
    try:
        endpoint = (await provider.metadata()).end_session_endpoint
        hint = request.app.state.sealer.open(session.sealed)
    except (ProviderError, Unreadable):
        return ""  # the dashboard's own session ends all the same
    if not endpoint:
        return ""
    return with_query(
        endpoint,
        id_token_hint=hint,
        client_id=provider.client_id,
        post_logout_redirect_uri=back,
    )


def _provider(request: Request) -> Provider:
    provider: Provider = request.app.state.provider
    return provider


async def _check_sender(provider: Provider, sent: Mapping[str, str]) -> None:
    """Raise BadProvider for a response of another provider (RFC 9207), which a mix-up causes."""
    issuer = sent.get("iss")
    if issuer is None and not (await provider.metadata()).names_itself:
        return
    if issuer != provider.issuer:
        raise BadProvider("The browser brought a response of another provider than OIDC_ISSUER.")


def _refusal(request: Request, sent: Mapping[str, str]) -> str:
    name = request.app.state.settings.oidc_name
    error, text = sent.get("error", ""), sent.get("error_description", "")
    if not error:
        return f"{name} returned neither a code nor an error."
    return shortened(f"{name}: {text} ({error})" if text else f"{name}: {error}")


async def _account(request: Request, claims: Mapping[str, Any], entry: AuditEntry) -> Account:
    """Return the account of a person, with the role by their claims; a new one the first time."""
    settings: Settings = request.app.state.settings
    store: Store = request.app.state.store
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    person = Person(issuer, subject, claimed.name(claims), claimed.email(claims))
    account = await people.known(store, person)
    if account:
        entry.user = account.name
        if account.disabled:
            raise AccountDisabled(f"The account {account.name} is disabled.")
    role = claimed.role(claims, settings)
    if account is None and role is None:
        role = settings.oidc_default_role
    if role == "":
        raise NoRole(
            f"{settings.oidc_name} knows you, but you have no account here, and "
            "OIDC_DEFAULT_ROLE isn't set."
        )
    if role is not None and role not in ROLES and not await people.is_own_role(store, role):
        raise NoRole(f"The role {role} of OIDC_ROLES or OIDC_DEFAULT_ROLE doesn't exist.")
    if account is None:
        entry.note(created=True)
        return await people.create(store, person, str(role), settings.admin_username)
    if role is not None and role != account.role:
        entry.note(former_role=account.role)
    return await people.signed_in(store, account, person, role)
