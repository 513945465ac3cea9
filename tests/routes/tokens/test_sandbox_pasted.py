"""Decode what people paste: a token in its context, and claims that LiveKit ignores."""

from typing import Any

import pytest

from dev.stack import Stack
from tests.routes.filled import filled
from tests.routes.tokens.tokens import DECODE, JOINS, a_token, asked, notice, now, post
from tests.support.visitor import Visitor

# A token as people find it, and where the page says that it was.
PASTED = {
    "white space": ("  {}\n", ""),
    "quotes": ('"{}",', ""),
    "Bearer": ("  Bearer {}\n", "the text after “Bearer”"),
    "bearer": ("bearer {}", "the text after “Bearer”"),
    "header": ("Authorization: Bearer {}", "the text after “Authorization:”"),
    "curl": ("curl -H 'Authorization: Bearer {}' http://h/twirp", "“Authorization:”"),
    "signal URL": ("wss://h/rtc?access_token={}&sdk=js", "the URL parameter access_token"),
    "query": ("access_token={}", "the value of access_token"),
    "JSON": ('{{"token":"{}"}}', "the field token"),
    "Python": ("{{'token': '{}', 'url': 'ws://a.b.c'}}", "the field token"),
    "environment": ("LIVEKIT_TOKEN={}", "the value of LIVEKIT_TOKEN"),
    "LiveKit's log": ("invalid token: {}, error: token is expired", "the text after “token:”"),
    "Meet": (
        "https://meet.livekit.io/custom?liveKitUrl=ws%3A%2F%2F127.0.0.1%3A7880&token={}",
        "the URL parameter token",
    ),
    "encoded": ("next=%2Fjoin%3Ftoken%3D{}", "the URL parameter token"),
    "sentence": ("It fails with {}.", "the pasted text"),
    "twice": ("{0} and again {0}", "the pasted text"),
}


@pytest.mark.parametrize("case", PASTED)
def test_takes_the_token_out_of_what_is_pasted(admin: Visitor, stack: Stack, case: str) -> None:
    text, where = PASTED[case]
    pasted = text.format(a_token(stack))
    page = post(admin, DECODE, token=pasted)
    assert notice(page).startswith("The token is valid.")
    assert where in page.text
    assert ("It was taken from" in page.text) is bool(where)
    assert filled(page)["token"].split() == pasted.split()


@pytest.mark.parametrize("case", ["", "Authorization: Bearer ", '{"token": "'])
def test_joins_a_token_that_was_wrapped(admin: Visitor, stack: Stack, case: str) -> None:
    token = a_token(stack)
    page = post(admin, DECODE, token=f"{case}{token[:20]}\r\n  {token[20:90]}\n{token[90:]}")
    assert notice(page).startswith("The token is valid.")


def test_says_that_a_text_has_no_token_or_several(admin: Visitor, stack: Stack) -> None:
    several = f"{a_token(stack)}\n{a_token(stack, sub='bob')}"
    said = notice(post(admin, DECODE, token=several))
    assert said.startswith("No token was checked.")
    assert "The text has 2 tokens. Paste one at a time." in said
    none = notice(post(admin, DECODE, token="https://meet.livekit.io/custom?token="))
    assert none.startswith("No token was checked.")
    assert "The text has no JWT" in none


@pytest.mark.parametrize(
    ("change", "claim", "meant"),
    [
        ({"video": {**JOINS, "room_join": True}}, "video.room_join", "video.roomJoin"),
        ({"identity": "ada"}, "identity", "sub"),
        ({"room": "r"}, "room", "video.room"),
        ({"roomJoin": True}, "roomJoin", "video.roomJoin"),
        ({"room_config": {}}, "room_config", "roomConfig"),
        (
            {"roomConfig": {"agents": [{"agentname": "a"}]}},
            "roomConfig.agents[].agentname",
            "roomConfig.agents[].agentName",
        ),
        ({"roomConfig": {"emptyTimout": 9}}, "roomConfig.emptyTimout", "roomConfig.emptyTimeout"),
        (
            {"video": {**JOINS, "canPublishSources": ["mic"]}},
            "video.canPublishSources: mic",
            "microphone",
        ),
        ({"sip": {"calls": True}}, "sip.calls", "sip.call"),
        ({"favorite_color": "blue"}, "favorite_color", ""),
    ],
)
def test_names_the_claims_that_livekit_ignores(
    admin: Visitor, stack: Stack, change: dict[str, Any], claim: str, meant: str
) -> None:
    token = a_token(stack, **change)
    assert asked(stack, token).status_code == 200
    page = post(admin, DECODE, token=token)
    assert notice(page).startswith("The token is valid.")
    hint = f" Did you mean {meant}?" if meant else ""
    assert f"Claim {claim}: LiveKit ignores it.{hint}" in notice(page)


def test_a_token_of_livekit_s_own_sdk_has_no_ignored_claim(admin: Visitor, stack: Stack) -> None:
    config = {
        "agents": [{"agent_name": "a", "metadata": "m"}],
        "emptyTimeout": 9,
        "tags": {"x": "y"},
    }
    sources = ["camera", "SCREEN_SHARE_AUDIO"]
    token = a_token(stack, roomConfig=config, video={**JOINS, "canPublishSources": sources})
    page = post(admin, DECODE, token=token)
    assert "LiveKit ignores it" not in page.text
    assert "If its participant opens the room" in page.text
    for fact in ("Empty timeout 9 s", "Agent a", "Tag x=y"):
        assert fact in page.text


@pytest.mark.parametrize("factor", [1000, 10**6, 10**9])
def test_recognizes_times_of_another_unit(admin: Visitor, stack: Stack, factor: int) -> None:
    unit = {1000: "milliseconds", 10**6: "microseconds", 10**9: "nanoseconds"}[factor]
    late = notice(post(admin, DECODE, token=a_token(stack, exp=now(600) * factor)))
    assert late.startswith("The token is valid.")
    assert f"exp looks like {unit}; a JWT counts seconds." in late
    early = notice(post(admin, DECODE, token=a_token(stack, nbf=now() * factor)))
    assert early.startswith("The token is invalid.")
    assert f"nbf looks like {unit}; a JWT counts seconds." in early
