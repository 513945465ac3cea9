"""/sign-in/oidc: an ID token counts only if it is signed, current, and for this very sign-in."""

import time
from typing import Any

import pytest

from dev.oidc import OpenIdProvider
from tests.support.single_sign_on import refused, returned
from tests.support.visitor import Visitor

MINUTE = 60

TOKENS: dict[str, tuple[dict[str, Any], str]] = {
    "a wrong key": ({"key": "new"}, "Its signature is wrong."),
    "an unknown key": ({"key": "new", "kid": "other"}, "a key that the provider doesn't publish"),
    "no signature": ({"alg": "none"}, "but by none"),
    "a symmetric one": ({"alg": "HS256"}, "but by HS256"),
    "another audience": ({"claims": {"aud": "other"}}, "its audience (aud) differs"),
    "another party": ({"claims": {"azp": "other"}}, "its authorized party (azp) differs"),
    "two audiences": ({"claims": {"aud": ["dashboard", "x"]}}, "authorized party (azp) differs"),
    "another issuer": ({"claims": {"iss": "http://localhost:1"}}, "another issuer"),
    "another sign-in": ({"claims": {"nonce": "other"}}, "its nonce differs"),
    "no nonce": ({"without": ["nonce"]}, "its nonce differs"),
    "no expiry": ({"without": ["exp"]}, "no claim “exp”"),
    "no subject": ({"claims": {"sub": ""}}, "Its subject (sub) isn't valid."),
    "a subject of another type": ({"claims": {"sub": 7}}, "isn't valid"),
}


@pytest.mark.parametrize("why", TOKENS)
def test_an_id_token_that_is_not_valid_for_us(
    visitor: Visitor, provider: OpenIdProvider, member: str, why: str
) -> None:
    token, said = TOKENS[why]
    provider.faults(token=token)
    seen = returned(visitor, provider, member)
    refused(visitor, seen, 502, "The provider's ID token isn't valid", said)


@pytest.mark.parametrize(
    ("claim", "seconds", "good"),
    [
        ("exp", -MINUTE + 20, True),
        ("exp", -MINUTE - 20, False),
        ("iat", MINUTE - 20, True),
        ("iat", MINUTE + 20, False),
        ("nbf", MINUTE + 20, False),
    ],
)
def test_the_clocks_may_differ_by_a_minute(
    visitor: Visitor, provider: OpenIdProvider, member: str, claim: str, seconds: int, good: bool
) -> None:
    provider.faults(token={"claims": {claim: int(time.time()) + seconds}})
    seen = returned(visitor, provider, member)
    if good:
        assert seen.status == 303
    else:
        refused(visitor, seen, 502, "Check that the clocks of both machines")
