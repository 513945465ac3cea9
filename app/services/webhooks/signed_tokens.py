"""Tokens that LiveKit and its SDKs sign with an API key: whose one is, and what it claims."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import jwt

LEEWAY = 60  # seconds, as LiveKit's SDKs allow for the difference of clocks


class Doubt(StrEnum):
    """Why a token isn't believed; those who refuse what it signs name these reasons alike."""

    MALFORMED = "malformed_token"
    UNKNOWN_KEY = "unknown_key"
    WRONG_SIGNATURE = "wrong_signature"
    EXPIRED = "expired"


class DoubtedError(Exception):
    """No known key signed this token, or it isn't valid now; `issuer` is the API key it names."""

    def __init__(self, why: Doubt, issuer: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.issuer = issuer


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An API key that signs for a server, by the ID that this dashboard gives it."""

    server: str
    secret: str


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A genuine token: the API key that signed it, the server of that key, and the claims."""

    issuer: str
    server: str
    claims: Mapping[str, Any]


def read_token(keys: Mapping[str, SigningKey], token: str) -> SignedToken:
    """Return a token that a key of `keys`, by API key, has signed (HS256). Raises DoubtedError."""
    issuer = _issuer(token)
    key = keys.get(issuer)
    if key is None:
        raise DoubtedError(Doubt.UNKNOWN_KEY, issuer)
    try:
        claims = jwt.decode(
            token, key.secret, algorithms=["HS256"], leeway=LEEWAY, options={"require": ["exp"]}
        )
    except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
        raise DoubtedError(Doubt.EXPIRED, issuer) from None
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise DoubtedError(Doubt.WRONG_SIGNATURE, issuer) from None
    return SignedToken(issuer, key.server, claims)


def _issuer(token: str) -> str:
    """Return the API key that a token names, before anything about it is believed."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        raise DoubtedError(Doubt.MALFORMED) from None
    return str(claims.get("iss", ""))
