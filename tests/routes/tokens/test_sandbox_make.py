"""Make a token: /sandbox. What it grants is tried on the real server."""

import asyncio
import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict
from livekit import api, rtc

from app.text.paths import room_path
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import ODD, Ask, end_room, opened, people
from tests.routes.filled import filled
from tests.routes.tokens.tokens import MAKE, allows, claims, post, token_in
from tests.support.visitor import Visitor

WHOLE = {
    **{"agentName": "helper", "metadata": "{}", "restartPolicy": "JRP_NEVER"},
    **{"deployment": "v2", "attributes": {"<b>": "'\u202e🎥"}},
}
DIGEST = base64.b64encode(hashlib.sha256(b"body").digest()).decode()


def made(visitor: Visitor, stack: Stack, **fields: Any) -> dict[str, Any]:
    """Make a token with exactly these fields, and give what it says."""
    return claims(stack, token_in(post(visitor, MAKE, **fields)))


def visit(crowd: Crowd, stack: Stack, livekit: Ask, token: str) -> tuple[str, Any, Any]:
    """Join with a token, and give the room's name, the participant and the room as LiveKit has."""

    async def stay() -> tuple[str, Any, Any]:
        client = rtc.Room()
        await client.connect(stack.url, token)
        there = await asyncio.to_thread(people, livekit, client.name)
        room = await asyncio.to_thread(opened, livekit, client.name)
        identity = client.local_participant.identity
        await client.disconnect()
        return client.name, there[identity], room

    return crowd.wait_for(stay())


def test_the_form_as_it_comes_lets_a_real_participant_in(
    admin: Visitor, stack: Stack, crowd: Crowd, livekit: Ask, room: str
) -> None:
    fields = filled(admin.get(f"{MAKE}?room={room}")) | {"identity": "ada", "name": "Ada"}
    page = admin.send(MAKE, fields)
    assert "Copy this token now; it is not stored." in page.text
    name, who, _ = visit(crowd, stack, livekit, token_in(page))
    assert (name, who.identity, who.name) == (room, "ada", "Ada")
    assert who.permission.can_publish
    assert who.permission.can_subscribe
    assert not who.permission.can_update_metadata


def test_every_claim_is_said(admin: Visitor, stack: Stack, room: str) -> None:
    began = time.time()
    fields = {
        **{"room": room, "identity": " ada ", "name": "Ada Łovelace", "ttl": "90"},
        **{"ttl_unit": "min", "kind": "agent", "metadata": '{"a": 1.50}', "sha256": DIGEST},
        **{"attributes": '{"color": "blue"}', "room_preset": "big", "room_metadata": "opened"},
        **{"agents": "helper {}\nother", "egress": '{"tracks": {"filepath": "x"}}'},
        **{"tags": '{"team": "support"}'},
        **{"max_participants": "7", "empty_timeout": "60", "departure_timeout": "30"},
        **{"min_playout_delay": "10", "max_playout_delay": "20", "sync_streams": "on"},
        **{"can_publish_sources": ["camera", "microphone"]},
        **dict.fromkeys(("room_join", "can_publish", "can_subscribe", "can_publish_data"), "on"),
        **dict.fromkeys(("can_update_own_metadata", "can_subscribe_metrics", "hidden"), "on"),
        **dict.fromkeys(("can_manage_agent_session", "recorder", "agent", "room_admin"), "on"),
        **dict.fromkeys(("room_create", "room_list", "room_record", "ingress_admin"), "on"),
        **dict.fromkeys(("sip_admin", "sip_call", "agent_admin"), "on"),
    }
    said = made(admin, stack, **fields)
    flags = (
        "roomJoin canPublish canSubscribe canPublishData canUpdateOwnMetadata canSubscribeMetrics "
        "canManageAgentSession hidden recorder agent roomAdmin roomCreate roomList roomRecord "
        "ingressAdmin"
    )
    assert said["video"] == {
        **dict.fromkeys(flags.split(" "), True),
        "room": room,
        "canPublishSources": ["camera", "microphone"],
    }
    assert said["sip"] == {"admin": True, "call": True}
    assert said["agent"]["admin"] is True
    assert not any(value for name, value in said["agent"].items() if name != "admin")
    assert said["roomConfig"] == {
        "emptyTimeout": 60,
        "departureTimeout": 30,
        "maxParticipants": 7,
        "metadata": "opened",
        "minPlayoutDelay": 10,
        "maxPlayoutDelay": 20,
        "syncStreams": True,
        "agents": [{"agentName": "helper", "metadata": "{}"}, {"agentName": "other"}],
        "egress": {"tracks": {"filepath": "x"}},
        "tags": {"team": "support"},
    }
    texts = {"sub": " ada ", "name": "Ada Łovelace", "metadata": '{"a": 1.50}', "kind": "agent"}
    texts |= {"iss": stack.api_key, "roomPreset": "big", "sha256": DIGEST}
    assert {name: said[name] for name in texts} == texts
    assert said["attributes"] == {"color": "blue"}
    assert began + 5395 < said["exp"] < time.time() + 5405


def test_nothing_more_than_asked_is_granted(admin: Visitor, stack: Stack, room: str) -> None:
    said = made(admin, stack, room=room, identity="ada", room_join="on")
    assert {name for name, value in said["video"].items() if value is True} == {"roomJoin"}
    assert said.keys() == {"sub", "iss", "nbf", "exp", "video"}
    assert not any(made(admin, stack)["video"].values())


def test_it_opens_the_room_as_it_says(
    admin: Visitor, stack: Stack, crowd: Crowd, livekit: Ask
) -> None:
    room = "opened-by-a-token"
    fields = filled(admin.get(f"{MAKE}?preset=recorder&room={room}&identity=tape"))
    fields |= {"max_participants": "3", "room_metadata": "of the token"}
    fields |= {"agents": json.dumps([WHOLE]), "tags": '{"team": "support"}'}
    fields |= {"attributes": '{"color": "blue"}', "metadata": "mine"}
    _, who, found = visit(crowd, stack, livekit, token_in(admin.send(MAKE, fields)))
    dispatches = livekit("agent_dispatch.list_dispatch", room)
    end_room(stack, crowd, room, [])
    assert (found.max_participants, found.metadata) == (3, "of the token")
    (helper,) = [each for each in dispatches if each.agent_name]
    assert MessageToDict(helper, always_print_fields_with_no_presence=True).items() >= WHOLE.items()
    assert (who.metadata, dict(who.attributes)) == ("mine", {"color": "blue"})
    assert who.kind == api.ParticipantInfo.Kind.EGRESS
    assert (who.permission.hidden, who.permission.recorder) == (True, True)
    assert not who.permission.can_publish


@pytest.mark.parametrize(
    ("preset", "may", "may_not"),
    [
        ("room_admin", ["RoomService/ListParticipants"], ["RoomService/ListRooms"]),
        ("media_admin", ["Egress/ListEgress", "Ingress/ListIngress"], ["RoomService/ListRooms"]),
        ("sip", ["SIP/ListSIPInboundTrunk"], ["Egress/ListEgress"]),
        ("publisher", [], ["RoomService/ListParticipants", "SIP/ListSIPInboundTrunk"]),
    ],
)
def test_a_preset_allows_what_it_says_and_no_more(
    admin: Visitor, stack: Stack, room: str, preset: str, may: list[str], may_not: list[str]
) -> None:
    fields = filled(admin.get(f"{MAKE}?preset={preset}&room={room}&identity=ada"))
    token = token_in(admin.send(MAKE, fields))
    assert [allows(stack, token, call, room=room) for call in may] == [True] * len(may)
    assert [allows(stack, token, call, room=room) for call in may_not] == [False] * len(may_not)
    assert not allows(stack, token, "RoomService/ListParticipants", room=f"{room}-other")


def test_the_longest_life_is_taken(admin: Visitor, stack: Stack) -> None:
    assert made(admin, stack, ttl="10000", ttl_unit="d")["exp"] > time.time() + 9_999 * 86_400
    assert made(admin, stack, ttl="1", ttl_unit="s")["exp"] < time.time() + 2


def test_is_shown_once_and_is_nowhere_else(admin: Visitor, room: str) -> None:
    page = post(admin, MAKE, room=room, identity="ada", room_join="on")
    signature = token_in(page).rpartition(".")[2]
    assert page.headers["cache-control"] == "no-store"
    for name, value in page.headers.items():
        assert signature not in value, name
        assert name not in {"set-cookie", "location"}
    for other in (MAKE, "/sandbox/decode", room_path(room), "/"):
        assert signature not in admin.get(other).html


def test_each_click_signs_a_token_of_its_own(admin: Visitor, stack: Stack) -> None:
    for identity in ("ada", "bob"):
        assert made(admin, stack, identity=identity, room="r", room_join="on")["sub"] == identity


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, stack: Stack, odd: str) -> None:
    fields = {"room": odd, "identity": odd, "name": odd, "metadata": odd, "room_join": "on"}
    fields |= {"room_metadata": odd, "agents": f"{odd.split(' ')[0]} {odd}"}
    page = post(admin, MAKE, **fields)
    said = claims(stack, token_in(page))
    assert (said["sub"], said["name"], said["video"]["room"]) == (odd, odd, odd)
    assert (said["metadata"], said["roomConfig"]["metadata"]) == (odd, odd)
    assert "<script>alert" not in page.html
    linked = admin.get(page.all("a", class_="btn btn-quiet")[0]["href"])
    assert linked.status in {200, 404}  # the room's page, whether it is open or not


def test_the_secret_is_on_no_page(admin: Visitor, stack: Stack) -> None:
    fields = {"room": "r", "identity": "a", "room_join": "on"}
    for page in (admin.get(MAKE), post(admin, MAKE, **fields)):
        assert page.status == 200
        assert stack.api_secret not in page.html


def test_the_way_into_meet_says_that_it_carries_the_token(
    start_dashboard: Callable[..., Any], stack: Stack
) -> None:
    public = start_dashboard(livekit_public_url="https://media.example.com").visitor()
    page = post(public, MAKE, room="r", identity="ada", room_join="on")
    token = token_in(page)
    (link,) = [a for a in page.all("a") if a.get("href", "").startswith("https://meet")]
    assert link["href"] == (
        f"https://meet.livekit.io/custom?liveKitUrl=wss%3A%2F%2Fmedia.example.com&token={token}"
    )
    assert (link["rel"], link["referrerpolicy"]) == (
        "noopener noreferrer external",
        "no-referrer",
    )
    assert "The URL contains the token" in page.text
    assert "is not encrypted" not in page.text
    assert page.all("svg", class_="qr")
    assert "style=" not in page.html
    too_long = post(public, MAKE, room="r", identity="ada", room_join="on", metadata="m" * 3000)
    assert "too long for a QR code" in too_long.text
    server = post(public, MAKE, room_list="on")
    assert "meet.livekit.io" not in server.html


def test_refuses_what_it_must(
    guarded: Callable[..., None], reader: Visitor, nobody: Visitor
) -> None:
    guarded(MAKE, identity="typed identity")
    assert nobody.get(MAKE).status == 401
    assert reader.get(MAKE).status == 403
    assert not reader.get("/").all("a", href=MAKE)
