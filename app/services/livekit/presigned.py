"""The SDK with tokens that are signed once a minute, for the reads that pages and polls make.

The SDK signs a token for each call, which takes longer than to encode the request and send it.
"""

import time

import aiohttp
from livekit.api import AccessToken, LiveKitAPI, VideoGrants

from app.config.settings import Settings

# Tokens are valid for hours (livekit-api's DEFAULT_TTL): a minute allows for any clock skew.
RENEWED = 60.0  # seconds
MOST = 256  # rooms; a page reads fewer, and each takes a few kilobytes


class Presigned:
    """Provides LiveKitAPI with the least token for a read, as the SDK would sign it."""

    def __init__(self, settings: Settings, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._session = session
        self._signed: dict[str | None, LiveKitAPI] = {}  # by room; None is the server's
        self._since = 0.0

    def server(self) -> LiveKitAPI:
        """Return the SDK with a token for ListRooms, not older than a minute."""
        return self._api(None, VideoGrants(room_list=True))

    def room(self, name: str) -> LiveKitAPI:
        """Return the SDK with a token for calls about one room, not older than a minute."""
        return self._api(name, VideoGrants(room_admin=True, room=name))

    def _api(self, key: str | None, grants: VideoGrants) -> LiveKitAPI:
        now = time.monotonic()
        if now - self._since >= RENEWED or len(self._signed) >= MOST:
            self._signed.clear()
            self._since = now
        if key not in self._signed:
            self._signed[key] = self._sign(grants)
        return self._signed[key]

    def _sign(self, grants: VideoGrants) -> LiveKitAPI:
        secret = self._settings.livekit_api_secret.get_secret_value()
        token = AccessToken(self._settings.livekit_api_key, secret).with_grants(grants).to_jwt()
        url = self._settings.livekit_url
        return LiveKitAPI.with_token(token, url, session=self._session, failover=False)
