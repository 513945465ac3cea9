"""ID tokens: who somebody is, signed by the provider (OpenID Connect Core 1.0, 3.1.3.7)."""

import hmac
from collections.abc import Mapping
from typing import Any

import jwt

from app.services.oidc.errors import TokenInvalid
from app.services.oidc.provider import Keys, Provider

LEEWAY = 60  # seconds by which the clocks may differ
LONGEST_SUBJECT = 255  # characters (OpenID Connect Core 1.0, 2)
# Asymmetric algorithms, and the type of their keys: a key that checks tokens can't make any.
KEY_TYPES = {
    **{f"{family}{bits}": "RSA" for family in ("RS", "PS") for bits in (256, 384, 512)},
    **{f"ES{bits}": "EC" for bits in (256, 384, 512)},
    "EdDSA": "OKP",
}
MOST_KEYS = 10  # that are tried if the token names none
OPTIONS: Any = {
    "require": ["iss", "sub", "aud", "exp", "iat"],
    "enforce_minimum_key_length": True,
}


async def check(provider: Provider, token: str, nonce: str) -> Mapping[str, Any]:
    """Return the claims of an ID token that is for this dashboard and this sign-in.

    Raises TokenInvalid with the reason, and ProviderError if the keys can't be read.
    """
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        raise TokenInvalid("It isn't a JSON Web Token.") from None
    algorithm = header.get("alg")
    if algorithm not in KEY_TYPES:
        raise TokenInvalid(f"It isn't signed by an accepted algorithm, but by {algorithm}.")
    keys = _fitting(await provider.keys(), header) or _fitting(
        await provider.keys(renewed=True), header
    )
    if not keys:
        raise TokenInvalid("It is signed by a key that the provider doesn't publish.")
    claims = _signed(token, keys, algorithm, provider)
    _check_parties(claims, provider.client_id)
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise TokenInvalid("It is of another sign-in: its nonce differs.")
    return claims


def _fitting(keys: Keys, header: Mapping[str, Any]) -> Keys:
    """Return the keys that may have signed the token: by name, type, use and algorithm."""
    algorithm, name = header["alg"], header.get("kid")
    return [
        key
        for key in keys
        if key.get("kty") == KEY_TYPES[algorithm]
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (name is None or key.get("kid") == name)
    ][:MOST_KEYS]


def _signed(token: str, keys: Keys, algorithm: str, provider: Provider) -> Mapping[str, Any]:
    """Return the claims if one of the keys has signed them, for us, and they are current."""
    for key in keys:
        try:
            return jwt.decode(
                token,
                jwt.PyJWK(dict(key), algorithm),
                [algorithm],
                OPTIONS,
                audience=provider.client_id,
                issuer=provider.issuer,
                leeway=LEEWAY,
            )
        except (jwt.InvalidSignatureError, jwt.InvalidKeyError, jwt.PyJWKError):
            continue
        except jwt.PyJWTError as error:
            raise TokenInvalid(_reason(error)) from None
    raise TokenInvalid("Its signature is wrong.")


def _reason(error: jwt.PyJWTError) -> str:
    match error:
        case jwt.ExpiredSignatureError():
            return "It has expired. Check that the clocks of both machines are synchronized."
        case jwt.ImmatureSignatureError():
            return "It isn't valid yet. Check that the clocks of both machines are synchronized."
        case jwt.InvalidAudienceError():
            return "It is for another client than OIDC_CLIENT_ID: its audience (aud) differs."
        case jwt.InvalidIssuerError():
            return "It is from another issuer than OIDC_ISSUER."
        case jwt.MissingRequiredClaimError():
            return f"It has no claim “{error.claim}”."
        case _:
            return "Its content isn't valid."


def _check_parties(claims: Mapping[str, Any], client_id: str) -> None:
    """Check who the token is about, and that we are the client that it was made for."""
    subject, several = claims["sub"], isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise TokenInvalid("Its subject (sub) isn't valid.")
    if claims.get("azp", None if several else client_id) != client_id:
        raise TokenInvalid("It was made for another client: its authorized party (azp) differs.")
