"""The user who sends a request: what every kind of sign-in provides, once per request."""

from typing import Protocol

from starlette.requests import Request

from app.errors import DashboardError, NotAllowed, NotSignedIn
from app.security.audit import AuditEntry
from app.security.roles import User
from app.security.session import session_id
from app.services.audit.states import Outcome


class FactorRequired(NotAllowed):
    """The user's role needs a second factor, and the account has none (REQUIRE_SECOND_FACTOR)."""

    title = "Set up a second factor first"
    advice = "Sign in with your browser, then set up an authenticator app or a passkey."


class Authenticator(Protocol):
    """One kind of sign-in."""

    def challenge(self, request: Request) -> str:
        """Return the WWW-Authenticate header (RFC 9110, 11.6.1) that asks a client to sign in.

        It is empty where people sign in on a page of the dashboard.
        """

    async def identify(self, request: Request) -> User | None:
        """Return the user whose credentials the request carries, or None if it carries none.

        Raises NotSignedIn for wrong credentials, TooManyTries while sign-in is paused.
        """


async def current_user(request: Request) -> User:
    """Return the signed-in user, and set `request.state.user`.

    Raises NotSignedIn, or TooManyTries while sign-in is paused.
    """
    outcome: User | DashboardError | None = getattr(request.state, "sign_in", None)
    if outcome is None:
        outcome = request.state.sign_in = await _sign_in(request)
    if isinstance(outcome, DashboardError):
        raise outcome
    request.state.user = outcome
    return outcome


def check_factor(user: User) -> None:
    """Raise FactorRequired for somebody who has to set up a second factor before anything else."""
    if user.lacks_factor:
        raise FactorRequired(f"The role {user.role} requires a second factor.")


async def visitor(request: Request) -> User | None:
    """Return the signed-in user, or None for anybody else: for pages without a guard."""
    try:
        return await current_user(request)
    except DashboardError:
        return None


async def _sign_in(request: Request) -> User | DashboardError:
    authenticator: Authenticator = request.app.state.authenticator
    try:
        user = await authenticator.identify(request)
    except DashboardError as error:
        return error  # cached for the request: its error page must not count as another attempt
    if user is None:
        return NotSignedIn(challenge=authenticator.challenge(request))
    if user.token:
        return user  # it has its own last use, and programs keep no cookies
    if user.session is None and request.session.get("user") != user.name:
        entry = AuditEntry.of(request, "session.basic", {})
        entry.by(user)
        await request.app.state.audit.write(entry, Outcome.DONE)
    request.session["user"] = user.name
    session_id(request.session)
    return user
