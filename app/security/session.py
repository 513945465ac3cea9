"""The session: a small encrypted cookie that every instance can read, set only if it changed."""

import base64
import binascii
import json
import secrets
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.config.settings import Settings

LIFETIME = 14 * 24 * 3600  # seconds
# Bytes. Proxies accept 4 KB of response headers by default, including this one; browsers drop
# cookies of more than 4096 bytes.
LARGEST = 2048


def _key(secret: str) -> Fernet:
    raw = HKDF(SHA256(), 32, salt=None, info=b"livekit-dashboard session").derive(secret.encode())
    return Fernet(base64.urlsafe_b64encode(raw))


class Sessions:
    """ASGI middleware that sets `request.session` to a dict.

    The first key of SESSION_SECRET encrypts, all of them decrypt, so that the key can be rotated.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.secure = settings.production
        self.box = MultiFernet([_key(s.get_secret_value()) for s in settings.session_secret])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open the cookie, run the request, seal the cookie if the session changed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        base: str = scope["state"].get("base_path", "")
        session = self.open(HTTPConnection(scope).cookies.get(self.cookie(base), ""))
        before = json.dumps(session)
        scope["session"] = session

        async def seal(message: Message) -> None:
            if message["type"] == "http.response.start" and json.dumps(session) != before:
                MutableHeaders(scope=message).append("Set-Cookie", self.seal(session, base))
            await send(message)

        await self.app(scope, receive, seal)

    def cookie(self, base: str) -> str:
        """Return the cookie's name: browsers accept __Host- only for the path /."""
        prefix = ("__Secure-" if base else "__Host-") if self.secure else ""
        return f"{prefix}livekit-dashboard"

    def open(self, cookie: str) -> dict[str, Any]:
        """Return the session in `cookie`; an empty one if it is missing, expired or invalid."""
        try:
            session = json.loads(self.box.decrypt(cookie, ttl=LIFETIME))
        except (InvalidToken, binascii.Error, ValueError):
            return {}
        return session if isinstance(session, dict) else {}

    def seal(self, session: dict[str, Any], base: str = "") -> str:
        """Return the Set-Cookie value for `session`; an empty session removes the cookie."""
        cookie = self.cookie(base)
        flags = f"; Path={base or '/'}; HttpOnly; SameSite=Lax"
        flags += "; Secure" if self.secure else ""
        if not session:
            return f"{cookie}=; Max-Age=0{flags}"
        sealed = self._sealed(session)
        while len(sealed) > LARGEST and session.get("flash"):
            session["flash"].pop(0)  # losing a note is better than losing the session
            sealed = self._sealed(session)
        return f"{cookie}={sealed}{flags}"

    def _sealed(self, session: dict[str, Any]) -> str:
        # not as ASCII: a name of 200 emoji would be three times as long
        text = json.dumps(session, ensure_ascii=False, separators=(",", ":"))
        return self.box.encrypt(text.encode("utf-8", "replace")).decode()


def session_id(session: dict[str, Any]) -> str:
    """Return the session's random ID, to which CSRF tokens are bound; created on first use."""
    if not isinstance(session.get("id"), str):
        session["id"] = secrets.token_urlsafe(16)
    return str(session["id"])
