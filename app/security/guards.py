"""Guards: every route declares who may use it, and create_app fails if one doesn't."""

import hmac
from collections.abc import AsyncIterator, Iterator
from typing import Any, Protocol

from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, SecretStr
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.routing import Mount

from app.errors import DashboardError, NotAllowed, NotSignedIn
from app.security import canonical, csrf, origin
from app.security.audit import Audit, AuditEntry, outcome_written
from app.security.authentication import check_factor, current_user
from app.security.roles import Permission, User
from app.security.signed.uploads import SignedUpload
from app.security.signed.webhooks import Signed
from app.services.audit.states import Outcome
from app.text.paths import is_below

PUBLIC_MOUNTS = frozenset({"/static"})
SESSION_ONLY = ("/account", "/users", "/roles")  # never by a token, whatever it may do


NEEDS_SESSION = "This needs a session: sign in with your browser."


class DeclaredForm(Protocol):
    """The form of an action, which is shown again with its input if the action fails."""

    @property
    def model(self) -> type[BaseModel]:
        """The model that validates the form."""

    @property
    def files(self) -> int:
        """How many files the form accepts."""


class Public:
    """The declaration of a public route."""

    async def __call__(self, request: Request) -> None:
        """Raise OriginRefused for a request that another site embeds or fetches."""
        origin.check(request, request.app.state.settings)


class Guard:
    """Admits only users with the permission."""

    def __init__(self, permission: Permission) -> None:
        self.permission = permission

    async def __call__(self, request: Request) -> None:
        """Raise OriginRefused, NotSignedIn or TooManyTries, and what `admit` raises.

        The origin comes first: what another site embeds is no attempt to sign in.
        """
        origin.check(request, request.app.state.settings)
        self.admit(await current_user(request), request)

    def admit(self, user: User, request: Request) -> None:
        """Check the second factor, the permission and, last, the address.

        Raises FactorRequired, NotAllowed, and what `canonical.check` raises: only a user who may
        open the page learns how its address is spelled.
        """
        if user.token and is_below(request.url.path, *SESSION_ONLY):
            raise NotAllowed(NEEDS_SESSION)
        check_factor(user)
        if not user.can(self.permission):
            if user.read_only:
                raise NotAllowed(
                    "This dashboard is read-only.", advice="READ_ONLY is set; it changes nothing."
                )
            who = "This token" if user.token else f"The role {user.role}"
            raise NotAllowed(f"{who} may not do this ({self.permission}).")
        canonical.check(request)


class ActionGuard(Guard):
    """A guard for actions: it also checks CSRF, and writes the audit."""

    is_attempted = True  # in the audit, before it is done

    def __init__(self, action: str, permission: Permission, form: DeclaredForm | None) -> None:
        super().__init__(permission)
        self.action = action
        self.form = form

    async def __call__(self, request: Request) -> AsyncIterator[None]:  # type: ignore[override]
        """Raise as Guard does, or TokenRefused; write the outcome either way."""
        audit: Audit = request.app.state.audit
        entry = AuditEntry.of(request, self.action, dict(request.path_params))
        try:
            await self.begin(request, entry)
        except (DashboardError, HTTPException) as error:
            await audit.write(entry, Outcome.REFUSED, error)
            raise
        request.state.audit = entry
        if self.is_attempted:
            await audit.write(entry, Outcome.ATTEMPTED)
        async with outcome_written(audit, entry):
            yield

    async def begin(self, request: Request, entry: AuditEntry) -> None:
        """Check who asks, and that the request is theirs.

        Raises as Guard does, or TokenRefused, or why the user can't be verified now.
        """
        user = await current_user(request)
        entry.by(user)
        self.admit(user, request)
        request.state.form_page = self.form
        await csrf.check(request, request.app.state.settings, user)
        if user.unverified:
            raise user.unverified


class Scraper:
    """Admits only requests with METRICS_TOKEN (RFC 6750): a scraper needs no password."""

    async def __call__(self, request: Request) -> None:
        """Raise NotSignedIn for a wrong or missing token."""
        token: SecretStr | None = request.app.state.settings.metrics_token
        expected = f"Bearer {token.get_secret_value()}".encode() if token else b""
        sent = request.headers.get("authorization", "").encode()
        if not (expected and hmac.compare_digest(sent, expected)):
            raise NotSignedIn("Metrics require METRICS_TOKEN.", challenge="Bearer")


AnyGuard = Guard | Public | Scraper | Signed | SignedUpload


def sees(permission: Permission) -> Any:
    """Declare that a route shows something to users with `permission`."""
    return Depends(Guard(permission))


def does(action: str, permission: Permission, form: DeclaredForm | None = None) -> Any:
    """Declare that a route does `action`; if it fails, `form` is shown again with its input."""
    # The scope ends before the response is sent, so that no response precedes its audit entry.
    return Depends(ActionGuard(action, permission, form), scope="function")


def scrapes() -> Any:
    """Declare that a route requires METRICS_TOKEN: /metrics only."""
    return Depends(Scraper())


def signed() -> Any:
    """Declare that a route takes webhooks, which LiveKit signs: /hooks/livekit only."""
    return Depends(Signed())


def uploads(largest: int, seconds: float) -> Any:
    """Declare that a route takes what agents upload, which LiveKit's SDKs sign.

    A body has at most `largest` bytes, which arrive within `seconds`.
    """
    return Depends(SignedUpload(largest, seconds), scope="function")


def public() -> Any:
    """Declare that a route is public: /health, and the pages to sign in and out."""
    return Depends(Public())


def check_guards(app: FastAPI) -> None:
    """Check all routes and mounts. Raises RuntimeError that names each one without a guard."""
    wrong = []
    for context in iter_route_contexts(app.routes):
        if isinstance(context.route, Mount):
            if context.path not in PUBLIC_MOUNTS:
                wrong.append(f"{context.path}: a mount that is not declared public")
            continue
        guards = list(_guards(getattr(context, "dependant", None)))
        unsafe = set(context.methods or ()) - origin.SAFE
        if len(guards) != 1:
            wrong.append(f"{context.path}: declares {len(guards)} guards, must declare one")
        elif unsafe and not isinstance(guards[0], ActionGuard | Signed | SignedUpload):
            wrong.append(f"{context.path}: {'/'.join(sorted(unsafe))} names no action")
    if wrong:
        raise RuntimeError("routes without a proper guard:\n" + "\n".join(wrong))


def _guards(dependant: Dependant | None) -> Iterator[AnyGuard]:
    for dependency in dependant.dependencies if dependant else ():
        if isinstance(dependency.call, AnyGuard):
            yield dependency.call
        yield from _guards(dependency)
