"""Signed samples to try an endpoint with: /webhooks/-/sample."""

import json
import shutil
import subprocess
from collections.abc import Callable
from urllib.parse import quote

import pytest
from livekit.api import TokenVerifier, WebhookReceiver

from app.services.webhooks.states import WebhookEvent
from tests.routes.asked import ODD
from tests.support.dashboard import Dashboard
from tests.support.receiver import Receiver
from tests.support.visitor import Seen, Visitor

NEW = "/webhooks/-/sample"
HOSTILE = 'it\'s $(id) `id` "q" \\ !! \u202e &amp; 🎥'


def copied(page: Seen, begins: str) -> list[str]:
    """Return what the page's copy buttons hold that begins so."""
    texts = [button.get("data-copy", "") for button in page.all("button")]
    return [text for text in texts if text.startswith(begins)]


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl here")
def test_curl_sends_what_an_sdk_takes(admin: Visitor, dashboard: Dashboard) -> None:
    with Receiver() as endpoint:
        page = admin.post(NEW, event="all", room=HOSTILE, url=endpoint.url)
        commands = copied(page, "curl ")
        assert len(commands) == len(WebhookEvent)
        for command in commands:
            done = subprocess.run(["bash", "-c", command], capture_output=True, check=True)
            assert b"204" in done.stdout
    settings = dashboard.settings
    secret = settings.livekit_api_secret.get_secret_value()
    sdk = WebhookReceiver(TokenVerifier(settings.livekit_api_key, secret))
    events = []
    for hook in endpoint.arrived:
        assert hook.headers["content-type"] == "application/webhook+json"
        events.append(sdk.receive(hook.body.decode(), hook.headers["authorization"]))
    assert [event.event for event in events] == list(WebhookEvent)
    assert events[0].room.name == HOSTILE
    assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize("event", ["room_finished", "egress_updated"])
def test_one_event(admin: Visitor, event: str) -> None:
    page = admin.post(NEW, event=event, room="stage", url="https://example.com/hook")
    assert page.status == 200
    (body,) = copied(page, '{"event"')
    assert json.loads(body)["event"] == event
    assert "Copy now; samples are not stored." in page.text
    assert page.headers["cache-control"] == "no-store"


def test_the_file_of_all_is_one_to_verify(admin: Visitor) -> None:
    page = admin.post(NEW, event="all", room="stage", url="https://example.com/hook")
    (file,) = copied(page, '{"authorization"')
    checked = admin.post("/webhooks/-/verify", file=file)
    assert "12 of 12 webhooks are valid." in checked.text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"room": ""}, "room"),
        ({"room": "é" * 129}, "room"),
        ({"url": ""}, "url"),
        ({"url": "example.com/hook"}, "url"),
        ({"url": "ftp://example.com"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "http://"}, "url"),
        ({"url": "http://[::1/x"}, "url"),
        ({"url": "http://example.com/a b"}, "url"),
        ({"url": "http://example.com/" + "x" * 2000}, "url"),
        ({"event": "agent_job_started"}, "event"),
    ],
)
def test_wrong_fields_are_marked_and_kept(
    admin: Visitor, fields: dict[str, str], field: str
) -> None:
    own = {"event": "room_started", "room": "kept", "url": "https://example.com/hook"}
    page = admin.post(NEW, **(own | fields))
    assert page.status == 422, page.text
    marked = [tag for _, tag in page.tags if tag.get("name") == field]
    assert marked[0]["aria-invalid"] == "true"
    if field != "room":
        assert page.all("input", name="room", value="kept")


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(admin: Visitor, odd: str) -> None:
    url = f"https://example.com/{quote(odd)}?'$(id)`;[a]{{b}}"
    page = admin.post(NEW, event="room_started", room=odd, url=url)
    assert page.status == 200
    assert "<script>alert" not in page.html
    (body,) = copied(page, '{"event"')
    assert json.loads(body)["room"]["name"] == odd
    (command,) = copied(page, "curl ")
    assert command.isprintable()


def test_refuses_who_may_not(guarded: Callable[..., None]) -> None:
    guarded(NEW, event="room_started", room="typed", url="https://example.com/typed")


def test_the_dashboard_itself_sends_nothing(admin: Visitor) -> None:
    with Receiver() as endpoint:
        page = admin.post(NEW, event="all", room="r", url=endpoint.url)
        assert page.status == 200
    assert endpoint.arrived == []
