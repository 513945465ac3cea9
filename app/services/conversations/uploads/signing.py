"""Whose an upload is: a token that LiveKit's SDKs sign, with the grant `observability.write`.

Source: livekit-agents, telemetry/traces.py; protocol, auth/grants.go (ObservabilityGrant).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from app.services.conversations.states import UploadRefusal
from app.services.conversations.uploads.errors import UploadNotGranted, UploadNotSigned
from app.services.webhooks.signed_tokens import DoubtedError, SigningKey, read_token

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
    try:
        signed = read_token(keys, token)
    except DoubtedError as doubted:
        raise UploadNotSigned(UploadRefusal(doubted.why), doubted.issuer) from None
    grant = signed.claims.get("observability")
    if not isinstance(grant, dict) or grant.get("write") is not True:
        raise UploadNotGranted
    return Uploader(signed.server, signed.issuer)
