"""Chromium's virtual authenticator (W3C, Web Authentication: WebDriver extension)."""

from typing import Any

from playwright.sync_api import CDPSession, Page


class Virtual:
    """An authenticator of a page: it has passkeys, and recognizes its owner unless told not to."""

    def __init__(self, page: Page, **options: Any) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("WebAuthn.enable", {"enableUI": False})
        wanted = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        added = self._session.send(
            "WebAuthn.addVirtualAuthenticator", {"options": wanted | options}
        )
        self._own = {"authenticatorId": added["authenticatorId"]}

    def recognizes(self, owner: bool) -> None:
        """Let it recognize its owner from now on, or nobody."""
        self._session.send("WebAuthn.setUserVerified", {**self._own, "isUserVerified": owner})

    def held(self) -> list[dict[str, Any]]:
        """Return its passkeys."""
        found = self._session.send("WebAuthn.getCredentials", self._own)
        credentials: list[dict[str, Any]] = found["credentials"]
        return credentials

    def forget(self) -> None:
        """Lose all its passkeys."""
        self._session.send("WebAuthn.clearCredentials", self._own)
