"""All kinds of sign-in that a dashboard with a store has, in their order."""

from collections.abc import Sequence
from typing import Protocol

from starlette.requests import Request

from app.config.settings import Settings
from app.security.accounts.by_proxy import ByProxy
from app.security.accounts.emergency import EmergencyBasic
from app.security.accounts.sessions import BySession
from app.security.accounts.tokens import BEARER, ByToken
from app.security.basic_auth import CHALLENGE
from app.security.roles import User
from app.text.paths import SIGN_IN_BASIC, is_api


class Way(Protocol):
    """One kind of sign-in."""

    async def identify(self, request: Request) -> User | None:
        """Return the user whose credentials the request carries, or None if it carries none."""


class Accounts:
    """Identifies people and programs: what a request says in a header comes before its cookie."""

    def __init__(self, settings: Settings) -> None:
        by_session = BySession(settings)
        self._ways: Sequence[Way] = (
            ByProxy(settings, by_session),  # proxies may pass on the password that they checked
            ByToken(settings),
            EmergencyBasic(settings),
            by_session,
        )

    def challenge(self, request: Request) -> str:
        """Ask programs for a token or HTTP Basic; people sign in on a page, without a prompt."""
        if request.url.path == SIGN_IN_BASIC:
            return CHALLENGE
        if is_api(request.url.path):
            return BEARER
        headers = request.headers
        is_browser = "sec-fetch-mode" in headers or "hx-request" in headers
        return "" if is_browser or "text/html" in headers.get("accept", "") else CHALLENGE

    async def identify(self, request: Request) -> User | None:
        """Return the user whose credentials the request carries, or None if it carries none.

        Raises NotSignedIn for wrong credentials, TooManyTries, and StoreError.
        """
        for way in self._ways:
            user = await way.identify(request)
            if user is not None:
                return user
        return None
