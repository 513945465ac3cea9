"""Is this webhook LiveKit's: /webhooks, held against what a real server sends."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from livekit import api

from app.services.webhooks.states import WebhookEvent
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import ODD
from tests.routes.conftest import Start
from tests.support.receiver import Arrived, Receiver
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

ROOM = "hooks <i>room</i>"


def event_of(hook: Arrived) -> str:
    """Return the name of a webhook's event."""
    return str(json.loads(hook.body)["event"])


def line(hook: Arrived, **changes: object) -> str:
    """Return a webhook as a line of a file."""
    own = {"authorization": hook.headers["authorization"], "body": hook.body.decode()}
    return json.dumps(own | changes)


async def aborted(stack: Stack) -> None:
    """Begin to join a room, and break off before any media."""
    grants = api.VideoGrants(room_join=True, room=ROOM)
    token = api.AccessToken(stack.api_key, stack.api_secret).with_identity("ghost")
    query = f"access_token={token.with_grants(grants).to_jwt()}&protocol=15&sdk=python"
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{stack.url}/rtc?{query}") as signal,
    ):
        await signal.receive()


@asynccontextmanager
async def sdk_of(stack: Stack) -> AsyncIterator[api.LiveKitAPI]:
    """LiveKit's own SDK."""
    async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret) as sdk:
        yield sdk


async def begin(stack: Stack) -> tuple[str, str]:
    """Record the room and send into it; give the ids of both."""
    async with sdk_of(stack) as sdk:
        file = api.EncodedFileOutput(filepath="hooks.mp4")
        request = api.RoomCompositeEgressRequest(room_name=ROOM, file_outputs=[file])
        job = await sdk.egress.start_room_composite_egress(request)
        stage = api.CreateIngressRequest(room_name=ROOM, participant_identity="stage", name="Stage")
        ingress = await sdk.ingress.create_ingress(stage)
    await asyncio.to_thread(stack.standin.publish, ingress.stream_key)
    return job.egress_id, ingress.ingress_id


async def end(stack: Stack, egress_id: str, ingress_id: str) -> None:
    """End both, and the room."""
    await asyncio.to_thread(stack.standin.end_stream, ingress_id, "")
    async with sdk_of(stack) as sdk:
        await sdk.egress.stop_egress(api.StopEgressRequest(egress_id=egress_id))
        await sdk.room.delete_room(api.DeleteRoomRequest(room=ROOM))


@pytest.fixture(scope="module")
def hooked() -> Iterator[tuple[Stack, list[Arrived]]]:
    """A server that sends webhooks, and one or more of each event as they arrived."""
    with Receiver() as receiver, Stack(webhooks=receiver.url) as stack:

        def come(*events: WebhookEvent) -> bool:
            return set(events) <= {event_of(hook) for hook in receiver.arrived}

        with Crowd(stack.url, stack.api_key, stack.api_secret) as crowd:
            crowd.join(ROOM, "ada", name="Ada", audio=True)
            ids = crowd.wait_for(begin(stack))
            crowd.wait_for(aborted(stack))
            begun = (WebhookEvent.EGRESS_UPDATED, WebhookEvent.INGRESS_STARTED)
            until(lambda: come(*begun), seconds=60)
            crowd.wait_for(end(stack, *ids))
            until(lambda: come(*WebhookEvent), seconds=60)
        yield stack, receiver.arrived


@pytest.fixture(scope="module")
def visitor(hooked: tuple[Stack, list[Arrived]], start_dashboard: Start) -> Visitor:
    """Somebody at the dashboard of that server."""
    stack, _ = hooked
    keys = {"livekit_api_key": stack.api_key, "livekit_api_secret": stack.api_secret}
    return start_dashboard(livekit_url=stack.url, **keys).visitor()


@pytest.fixture(scope="module")
def hooks(hooked: tuple[Stack, list[Arrived]]) -> dict[str, Arrived]:
    """The last webhook of each event."""
    return {event_of(hook): hook for hook in hooked[1]}


def paste(visitor: Visitor, hook: Arrived, **changes: str) -> Seen:
    """Paste one webhook, some of it changed."""
    own = {"authorization": hook.headers["authorization"], "body": hook.body.decode()}
    return visitor.post("/webhooks/-/verify", **(own | changes))


def test_everything_that_a_server_sends_is_valid(
    visitor: Visitor, hooked: tuple[Stack, list[Arrived]]
) -> None:
    arrived = hooked[1]
    assert {event_of(hook) for hook in arrived} == set(WebhookEvent)
    page = visitor.post("/webhooks/-/verify", file="\n".join(map(line, arrived)))
    assert page.status == 200
    assert f"{len(arrived)} of {len(arrived)} webhooks are valid." in page.text
    assert "Ada (ada) joined the room hooks <i>room</i>." in page.text
    assert "The connection of ghost to the room" in page.text
    assert "<i>room" not in page.html


@pytest.mark.parametrize("event", ["participant_left", "ingress_started"])
def test_one_alone(visitor: Visitor, hooks: dict[str, Arrived], event: str) -> None:
    hook = hooks[event]
    page = paste(visitor, hook)
    assert page.status == 200
    assert "Valid: LiveKit signed it, and the body is unchanged." in page.text
    assert "livekit-api accepts it." in page.text
    told = json.loads(hook.body)
    assert told["id"] in page.text
    for part, name in (("room", "turnPassword"), ("ingressInfo", "streamKey")):
        secret = told.get(part, {}).get(name, "no such secret")
        assert secret not in page.text.partition("Verify another")[0]


def test_says_what_is_wrong_and_keeps_what_was_pasted(
    visitor: Visitor, hooks: dict[str, Arrived]
) -> None:
    hook = hooks["room_started"]
    page = paste(visitor, hook, body=json.dumps(json.loads(hook.body)))
    assert "It was parsed and reserialized" in page.text
    assert "Unverified content: The room hooks" in page.text
    assert hook.headers["authorization"] in page.html
    page = paste(visitor, hook, authorization=f"Bearer {hook.headers['authorization']}")
    assert "It begins with Bearer." in page.text
    page = paste(visitor, hook, authorization="")
    assert "There is no Authorization header." in page.text


def test_another_server_s_webhook_is_refused(admin: Visitor, hooks: dict[str, Arrived]) -> None:
    page = paste(admin, hooks["room_started"])
    assert "is not the dashboard's key" in page.text
    assert "webhook.api_key" in page.text


@pytest.mark.parametrize(
    ("file", "why"),
    [
        ("{", "Line 1 isn't JSON."),
        ("[]", "Line 1 isn't a JSON object."),
        ('\n{"body": {"event": "x"}}', "Line 2: body must be a string with the raw text"),
        ('{"body": 5}', "Line 1: authorization and body must both be strings."),
        ('{"authorization": 1, "body": ""}', "Line 1: authorization and body must"),
        ('{"body": ""}\n' * 201, "The file has 201 lines; the limit is 200."),
    ],
)
def test_wrong_files_are_marked_and_kept(admin: Visitor, file: str, why: str) -> None:
    page = admin.post("/webhooks/-/verify", file=file, authorization="kept")
    assert page.status == 422
    assert page.all("textarea", name="file")[0]["aria-invalid"] == "true"
    assert why in page.text
    assert ">\nkept</textarea>" in page.html


def test_a_line_that_fails_does_not_stop_the_others(
    visitor: Visitor, hooks: dict[str, Arrived]
) -> None:
    hook = hooks["room_started"]
    page = visitor.post("/webhooks/-/verify", file="\n".join([line(hook, body="{}"), line(hook)]))
    assert "1 of 2 webhooks is valid." in page.text


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_texts(admin: Visitor, odd: str) -> None:
    body = json.dumps({"event": odd, "room": {"name": odd}, "participant": {"identity": odd}})
    page = admin.post("/webhooks/-/verify", authorization=odd, body=body)
    assert page.status == 200
    assert "<script>alert" not in page.html


def test_who_may_only_read_may_verify(reader: Visitor, nobody: Visitor) -> None:
    page = reader.get("/webhooks/-/verify")
    assert page.status == 200
    assert "/webhooks/-/sample" not in page.html
    page = reader.post("/webhooks/-/verify", body="{}")
    assert (page.status, "Invalid: LiveKit's SDKs reject it." in page.text) == (200, True)
    assert nobody.get("/webhooks/-/verify").status == 401


def test_refuses_old_tokens_and_other_sites(admin: Visitor) -> None:
    fields = {"body": f"typed {secrets.token_hex(4)}"}
    for method in ("PUT", "PATCH", "DELETE"):
        assert admin.http.request(method, "/webhooks/-/verify").status_code == 405
    page = admin.send("/webhooks/-/verify", fields | {"csrf": "wrong"})
    assert (page.status, fields["body"] in page.html) == (403, True)
    foreign = fields | {"csrf": admin.token()}
    assert (
        admin.send("/webhooks/-/verify", foreign, Origin="https://elsewhere.example").status == 403
    )


def test_asks_livekit_nothing(admin: Visitor) -> None:
    assert admin.post("/webhooks/-/verify", body="{}").calls == []
