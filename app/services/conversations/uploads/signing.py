"""Whose an upload is: a token that LiveKit's SDKs sign, with the grant `observability.write`.

Source: livekit-agents, telemetry/traces.py; protocol, auth/grants.go (ObservabilityGrant).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from app.services.conversations.states import UploadRefusal
from app.services.conversations.uploads.errors import UploadNotGranted, UploadNotSigned
from app.services.webhooks.receiving import LEEWAY, SigningKey

LONGEST_TOKEN = 8 * 1024  # characters


@dataclass(frozen=True, slots=True)
class Uploader:
    """Who uploads: the server whose key signed the token, and that key."""

    server: str
    issuer: str


def uploader(keys: Mapping[str, SigningKey], authorization: str) -> Uploader:
    """Return who sent a token in the header Authorization, by the keys of this dashboard.

    Raises UploadNotSigned, UploadNotGranted.
    """
    scheme, _, token = authorization.partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise UploadNotSigned(UploadRefusal.NO_TOKEN)
    if len(token) > LONGEST_TOKEN:
        raise UploadNotSigned(UploadRefusal.MALFORMED)
    issuer = _issuer(token)
    key = keys.get(issuer)
    if key is None:
        raise UploadNotSigned(UploadRefusal.UNKNOWN_KEY, issuer)
    claims = _claims(token, key, issuer)
    grant = claims.get("observability")
    if not isinstance(grant, dict) or grant.get("write") is not True:
        raise UploadNotGranted
    return Uploader(key.server, issuer)


def _issuer(token: str) -> str:
    """Return the API key that a token names, before anything about it is believed."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise UploadNotSigned(UploadRefusal.MALFORMED) from None
    return str(claims.get("iss", ""))


def _claims(token: str, key: SigningKey, issuer: str) -> dict[str, Any]:
    options: Any = {"require": ["exp"]}
    try:
        return jwt.decode(token, key.secret, algorithms=["HS256"], leeway=LEEWAY, options=options)
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
        raise UploadNotSigned(UploadRefusal.EXPIRED, issuer) from None
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise UploadNotSigned(UploadRefusal.WRONG_SIGNATURE, issuer) from None
