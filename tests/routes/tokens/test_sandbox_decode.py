"""Read a token: /sandbox/decode. What is said of one is held to what LiveKit says of it."""

import base64
import secrets
from collections.abc import Callable
from typing import Any

import pytest

from dev.stack import Stack
from tests.routes.asked import ODD
from tests.routes.tokens.tokens import (
    DECODE,
    HS256,
    JOINS,
    a_token,
    asked,
    notice,
    notice_of_join,
    now,
    post,
    signed,
)
from tests.support.visitor import Visitor

DEEP = base64.urlsafe_b64encode(b"[" * 60_000).decode()
# What is changed in a token that is right, and words of what is wrong with it; none where LiveKit
# takes it all the same.
CLAIMS: dict[str, tuple[Callable[[], dict[str, Any]], str]] = {
    "right": (dict, ""),
    "no expiry": (lambda: {"exp": ...}, ""),
    "expiry null": (lambda: {"exp": None}, ""),
    "expiry in quotes": (lambda: {"exp": str(now(600))}, ""),
    "expiry far away": (lambda: {"exp": 10**18}, ""),
    "expired a moment ago": (lambda: {"exp": now(-30)}, ""),
    "expired": (lambda: {"exp": now(-90)}, "Expired 1 min"),
    "expired in 1970": (lambda: {"exp": 0}, "1970-01-01 00:00:00 UTC"),
    "expiry a word": (lambda: {"exp": "soon"}, "soon isn't a valid time (exp)."),
    "expiry true": (lambda: {"exp": True}, "true isn't a valid time (exp)."),
    "expiry beyond all": (lambda: {"exp": 1e300}, "isn't a valid time (exp)."),
    "a moment early": (lambda: {"nbf": now(30)}, ""),
    "not yet": (lambda: {"nbf": now(300)}, "the signer's clock is ahead"),
    "not for ages": (lambda: {"nbf": 10**18}, "a date after the year 9999"),
    "made tomorrow": (lambda: {"iat": now(86_400)}, ""),
    "no key": (lambda: {"iss": ...}, "The token names no key (iss)"),
    "key a number": (lambda: {"iss": 5}, "Claim iss: It must be a string."),
    "identity by jti": (lambda: {"sub": ..., "jti": "jay"}, ""),
    "identity a number": (lambda: {"sub": 5}, "Claim sub: It must be a string."),
    "video a text": (lambda: {"video": "x"}, "Claim video: It must be an object."),
    "grant a text": (lambda: {"video": {**JOINS, "roomJoin": "yes"}}, "It must be true or false."),
    "sources a text": (lambda: {"video": {**JOINS, "canPublishSources": "x"}}, "a list of strings"),
    "sources unknown": (lambda: {"video": {**JOINS, "canPublishSources": ["x"]}}, ""),
    "attribute a number": (lambda: {"attributes": {"a": 1}}, "an object with string values"),
    "attribute null": (lambda: {"attributes": {"a": None}}, ""),
    "kind unknown": (lambda: {"kind": "dog"}, ""),
    "audience a number": (lambda: {"aud": 5}, "Claim aud"),
    "agent a number": (lambda: {"agent": {"admin": 1}}, "Claim agent.admin"),
    "written otherwise": (lambda: {"video": ..., "VIDEO": {"ROOMJOIN": True, "Room": "r"}}, ""),
    "half a character": (lambda: {"name": "\ud800"}, ""),
}


@pytest.mark.parametrize("case", CLAIMS)
def test_is_judged_as_livekit_judges_it(admin: Visitor, stack: Stack, case: str) -> None:
    change, why = CLAIMS[case]
    token = a_token(stack, **change())
    said = notice(post(admin, DECODE, token=token))
    valid = asked(stack, token).status_code == 200
    assert valid is (why == "")
    if valid:
        assert said.startswith("The token is valid.")
        assert "Joining should work" in said
    else:
        assert said.startswith("The token is invalid.")
        assert why in said
        assert "Joining will fail." in said


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        (lambda s: signed("x" * 32, {"iss": s.api_key}), "Invalid: signed with another secret"),
        (lambda s: a_token(s)[:-1], "Invalid: signed with another secret"),
        (lambda s: a_token(s).rpartition(".")[0] + ".", "Signature: The token has none."),
        (
            lambda s: signed(s.api_secret, {"iss": s.api_key}, {"alg": "none"}),
            "the token is unsigned",
        ),
        (lambda s: signed(s.api_secret, {"iss": s.api_key}, {"alg": "HS512"}), "HS512."),
        (
            lambda s: signed(s.api_secret, {"iss": s.api_key}, {"typ": "JWT"}),
            "The header names none.",
        ),
        (lambda s: signed(s.api_secret, [1]), "Its second part is JSON, but not an object."),
        (lambda s: a_token(s).replace(".", ".é", 1), "isn't valid base64url"),
        (lambda s: a_token(s) + "=", "isn't valid base64url"),
        (lambda s: "eyJ.", "It has 2 parts."),
        (lambda s: "hello", "It has 1 part. A JWT has three"),
        (lambda s: "a.b.c.d.e", "an encrypted JWT"),
        (lambda s: "aGk.aGk.aGk", "Its first part isn't JSON."),
        (lambda s: "TmFO.e30.aGk", "Its first part isn't JSON."),
        (lambda s: signed(s.api_secret, {"a": 1e999}), "isn't JSON."),
    ],
)
def test_says_why_it_is_no_token(
    admin: Visitor, stack: Stack, forged: Callable[[Stack], str], why: str
) -> None:
    token = forged(stack)
    said = notice(post(admin, DECODE, token=token))
    assert said.startswith("The token is invalid.")
    assert why in said
    assert token.isascii() is False or asked(stack, token).status_code == 401


def test_says_in_words_what_it_allows(admin: Visitor, stack: Stack) -> None:
    video = {**JOINS, "canPublish": True, "canPublishSources": ["camera", "microphone"]}
    page = post(admin, DECODE, token=a_token(stack, video={**video, "roomAdmin": True}))
    allowed, _, denied = page.text.partition("Not allowed")
    assert "join the room r" in allowed
    assert "publish camera and microphone only" in allowed
    assert "moderate the room" in allowed
    assert "list all rooms" in denied
    unsaid = post(admin, DECODE, token=a_token(stack, video={**JOINS, "canPublish": False}))
    denied = unsaid.text.partition("Not allowed")[2]
    assert "publish audio and video" in denied
    assert "send data" in denied
    server = post(admin, DECODE, token=a_token(stack, video={"roomList": True}, sip={"call": True}))
    assert "place phone calls" in server.text.partition("Not allowed")[0]
    assert "The token has no roomJoin grant." in notice_of_join(server)
    shouting = post(admin, DECODE, token=a_token(stack, video=..., VIDEO={"ROOMLIST": True}))
    assert "list all rooms" in shouting.text.partition("Not allowed")[0]


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, stack: Stack, odd: str) -> None:
    texts = dict.fromkeys(("sub", "name", "metadata", "roomPreset", odd), odd)
    token = a_token(stack, **texts, video={"roomJoin": True, "room": odd})
    page = post(admin, DECODE, token=token)
    assert notice(page).startswith("The token is valid.")
    assert "<script>alert" not in page.html


@pytest.mark.parametrize(
    "token",
    [
        signed("s", {"iss": "x", "a": 1, "video": [], "sip": 1, "agent": "", "roomConfig": 5}),
        signed("s", {"iss": {"a": [1]}, "exp": [1], "nbf": {}, "video": {"room": 5}}),
        signed("s", {"video": {"canPublishSources": [1, None, "x"], "roomJoin": 1}}),
        signed("s", {}, {"alg": {"deep": ["x" * 5000]}}),
        signed("s", {"iss": "x" * 100_000, "kind": "\u0000\u202e"}),
        f"{signed('s', HS256).split('.')[0]}.{DEEP}.e30",
        "." * 3000,
        "eyJ" * 100_000,
        "a:" * 100_000,
        "bearer " * 30_000,
        "\n".join(["eyJ.eyJ."] * 10_000),
        f"{'a' * 100_000} {signed('s', HS256)}",
        "\u202e<script>alert(1)</script>",
    ],
)
def test_anything_at_all_is_answered(admin: Visitor, token: str) -> None:
    page = post(admin, DECODE, token=token, send="on")
    assert page.status == 200
    assert "The token is valid." not in page.text
    assert "<script>alert" not in page.html


def test_an_empty_field_is_422(admin: Visitor) -> None:
    page = post(admin, DECODE, token="")
    assert page.status == 422
    assert page.all("p", id="e-token")


def test_who_may_only_read_may_decode(reader: Visitor, stack: Stack, nobody: Visitor) -> None:
    page = reader.get(DECODE)
    assert (page.status, page.all("a", href="/sandbox")) == (200, [])
    assert page.all("a", href=DECODE, **{"aria-current": "page"})
    page = post(reader, DECODE, token=a_token(stack))
    assert (page.status, "The token is valid." in page.text) == (200, True)
    assert nobody.get(DECODE).status == 401


def test_refuses_old_tokens_and_other_sites(admin: Visitor) -> None:
    fields = {"token": f"typed-{secrets.token_hex(4)}"}
    for method in ("PUT", "PATCH", "DELETE"):
        assert admin.http.request(method, DECODE).status_code == 405
    page = admin.send(DECODE, fields | {"csrf": "wrong"})
    assert (page.status, fields["token"] in page.html) == (403, True)
    foreign = fields | {"csrf": admin.token()}
    assert admin.send(DECODE, foreign, Origin="https://elsewhere.example").status == 403
