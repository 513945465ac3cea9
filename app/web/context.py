"""The context of a request: its settings, LiveKit server and user."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from app.config.settings import Settings
from app.security.audit import AuditEntry
from app.security.roles import NOTHING_PREFERRED, User
from app.services.livekit.client import LiveKit
from app.services.preferences import Preferences
from app.text.paths import name_in
from app.web.base_path import base_path

if TYPE_CHECKING:
    from app.store.store import Store  # 30 MB that a dashboard without a store doesn't need


def preferences_of(request: Request) -> Preferences:
    """Return what the signed-in user prefers everywhere; nothing for visitors."""
    user: User | None = getattr(request.state, "user", None)
    return user.preferences if user else NOTHING_PREFERRED


@dataclass(frozen=True, slots=True)
class RequestContext:
    """One request, with everything that its handler and the loader of its form need."""

    request: Request

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return cast(Settings, self.request.app.state.settings)

    @property
    def livekit(self) -> LiveKit:
        """The LiveKit server that the request is about."""
        return cast(LiveKit, self.request.app.state.livekit)

    @property
    def store(self) -> "Store":
        """The store; only in the routes that need one."""
        return cast("Store", self.request.app.state.store)

    @property
    def user(self) -> User:
        """The signed-in user; only behind a guard."""
        return cast(User, self.request.state.user)

    @property
    def query(self) -> QueryParams:
        """The query of the address."""
        return self.request.query_params

    def remember(self, response: Response, cookie: str, value: str) -> None:
        """Let the browser remember a choice for a year, for all pages of this dashboard."""
        response.set_cookie(
            cookie,
            value,
            max_age=365 * 24 * 3600,
            path=base_path(self.request) or "/",
            secure=self.settings.production,
            httponly=True,
            samesite="lax",
        )

    def name(self, part: str) -> str:
        """Return the name or ID in the path segment `part`. Raises NoSuchPage if it has none."""
        return name_in(self.request.path_params[part])

    @property
    def own_account(self) -> int | None:
        """The number of the user's account if the user is a person; None for programs."""
        user = self.user
        return user.account if user.session is not None else None

    async def prefer(self, change: Callable[[Preferences], Preferences]) -> bool:
        """Keep a choice in the user's account; False for users without one.

        Raises StoreError, and Invalid if an account can't keep more.
        """
        number = self.own_account
        if number is None:
            return False
        from app.services.accounts.changing import change_preferences  # with the store, 30 MB

        await change_preferences(self.store, number, change)
        return True

    @property
    def audit(self) -> AuditEntry:
        """The audit entry of the action; only in an action."""
        return cast(AuditEntry, self.request.state.audit)
