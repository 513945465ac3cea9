"""Webhooks as LiveKit signs them, and what its SDK says of one."""

import base64
import hashlib
import time
from typing import Any

import jwt
from livekit.api import TokenVerifier, WebhookReceiver

KEY, SECRET = "APIhooks", "a-secret-of-the-webhook-tests-0123456789"
BODY = '{"event":"room_started", "room":{"name":"r"}, "id":"EV_1", "createdAt":"1795434927"}'


def hashed(body: str) -> str:
    """Return a body's hash as LiveKit signs it."""
    return base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()


def token(secret: str = SECRET, **claims: Any) -> str:
    """Sign as LiveKit does, some claims otherwise; None leaves one out."""
    now = int(time.time())
    own = {"iss": KEY, "exp": now + 300, "nbf": now, "sha256": hashed(BODY)} | claims
    return jwt.encode({k: v for k, v in own.items() if v is not None}, secret, algorithm="HS256")


def taken_by_the_sdk(authorization: str, body: str) -> bool:
    """Return whether livekit-api accepts it."""
    try:
        WebhookReceiver(TokenVerifier(KEY, SECRET)).receive(body, authorization)
    except Exception:
        return False
    return True
