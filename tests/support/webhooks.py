"""Webhooks as LiveKit signs and sends them, to a dashboard under test."""

import base64
import hashlib
import json
import secrets
import time
from typing import Any

import httpx
import jwt

from tests.support.dashboard import Dashboard

HOOK = "/hooks/livekit"


def event(kind: str, **parts: Any) -> dict[str, Any]:
    """Return an event of this second, with an ID of its own."""
    own = {"event": kind, "id": f"EV_{secrets.token_hex(6)}", "createdAt": str(int(time.time()))}
    return own | parts


def body_of(content: dict[str, Any]) -> bytes:
    """Return an event as LiveKit writes it."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def signature(body: bytes, key: str, secret: str, **claims: Any) -> str:
    """Sign as LiveKit does, some claims otherwise; None leaves one out."""
    now = int(time.time())
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    own = {"iss": key, "exp": now + 300, "nbf": now, "sha256": digest} | claims
    kept = {name: value for name, value in own.items() if value is not None}
    return jwt.encode(kept, secret, algorithm="HS256")


def send(dashboard: Dashboard, body: bytes, token: str | None) -> httpx.Response:
    """Send a webhook with a token, or without."""
    headers = {"content-type": "application/webhook+json", "user-agent": "LiveKit"}
    if token is not None:
        headers["authorization"] = token
    return httpx.post(f"{dashboard.url}{HOOK}", content=body, headers=headers, timeout=20)


def deliver(dashboard: Dashboard, content: dict[str, Any]) -> httpx.Response:
    """Sign an event with the dashboard's own key, and send it."""
    body = body_of(content)
    settings = dashboard.settings
    secret = settings.livekit_api_secret.get_secret_value()
    return send(dashboard, body, signature(body, settings.livekit_api_key, secret))
