"""The SDK with a token of its own for ListRooms, the call that most pages and polls make."""

import time
from dataclasses import dataclass

import aiohttp
from livekit.api import AccessToken, LiveKitAPI, VideoGrants

from app.config.settings import Settings

# The SDK signs a token for each call, which takes longer than encoding and sending the request.
# A token is valid for hours (livekit-api's DEFAULT_TTL), so a minute leaves the clocks room.
RENEWED = 60.0  # seconds


@dataclass(slots=True)
class RoomListAPI:
    """Provides LiveKitAPI with a token that grants nothing but roomList."""

    settings: Settings
    session: aiohttp.ClientSession
    _api: LiveKitAPI | None = None
    _signed: float = 0

    def get(self) -> LiveKitAPI:
        """Return the SDK with a token that was signed within the last minute."""
        now = time.monotonic()
        if self._api is None or now - self._signed >= RENEWED:
            self._api, self._signed = self._sign(), now
        return self._api

    def _sign(self) -> LiveKitAPI:
        secret = self.settings.livekit_api_secret.get_secret_value()
        token = AccessToken(self.settings.livekit_api_key, secret)
        token.with_grants(VideoGrants(room_list=True))
        url, jwt = self.settings.livekit_url, token.to_jwt()
        return LiveKitAPI.with_token(jwt, url, session=self.session, failover=False)
