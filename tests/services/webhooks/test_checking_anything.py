"""Whatever is pasted as a webhook gets a verdict, and none shows a secret."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.config.settings import Settings
from app.services.webhooks import checking as webhooks_checking
from app.services.webhooks.checking import Delivery
from tests.services.webhooks.deliveries import BODY, hashed, taken_by_the_sdk, token


def test_no_secret_of_an_event_is_shown(settings: Settings) -> None:
    body = json.dumps(
        {
            "event": "ingress_started",
            "room": {"name": "r", "turnPassword": "turn-password-1"},
            "ingressInfo": {"streamKey": "stream-key-1", "url": "rtmp://u:pass-1@h/live/key-of-1"},
        }
    )
    found = webhooks_checking.check(settings, Delivery(token(sha256=hashed(body)), body))
    for secret in ("turn-password-1", "stream-key-1", "pass-1", "key-of-1"):
        assert secret not in repr(found)


@given(authorization=st.text(), body=st.text())
def test_anything_can_be_pasted(settings: Settings, authorization: str, body: str) -> None:
    assert not webhooks_checking.check(settings, Delivery(authorization, body)).fine


@given(
    claims=st.dictionaries(
        st.sampled_from(["iss", "exp", "nbf", "iat", "aud", "sha256"]),
        st.one_of(
            st.none(),
            st.booleans(),
            st.integers(),
            st.floats(allow_nan=False),
            st.text(),
            st.lists(st.text(), max_size=2),
        ),
    )
)
def test_it_never_takes_what_the_sdk_refuses(settings: Settings, claims: dict[str, Any]) -> None:
    try:
        signed = token(**claims)
    except (TypeError, ValueError):
        return  # PyJWT signs no such claim
    found = webhooks_checking.check(settings, Delivery(signed, BODY))
    assert found.fine <= taken_by_the_sdk(signed, BODY)
