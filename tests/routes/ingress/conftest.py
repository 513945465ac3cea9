"""Ingresses in each state, for the tests of the list."""

import secrets
from collections.abc import Iterator
from typing import Any

import pytest
from livekit import api

from dev.stack import Stack
from dev.workers import Standin, VideoInput
from tests.routes.ingress.ingresses import state
from tests.support.asking import asker
from tests.support.waiting import until

RTMP, WHIP, URL = (
    api.IngressInput.RTMP_INPUT,
    api.IngressInput.WHIP_INPUT,
    api.IngressInput.URL_INPUT,
)
SECRET_URL = "https://user:pass-word@media.example/live.m3u8?token=to-ken#frag-ment"


@pytest.fixture(scope="module")
def found(stack: Stack, standin: Standin) -> Iterator[dict[str, Any]]:
    """Four ingresses with a text of their own in their names, each in another state."""
    part = f"list-{secrets.token_hex(4)}"
    url = f"{SECRET_URL}{part}"
    slower = VideoInput(width=640, height=360, average_bitrate=900_000)
    standin.plan_stream(url, video=slower, bitrates=True)
    livekit = asker(stack)

    def make(name: str, kind: api.IngressInput, **fields: Any) -> Any:
        about: dict[str, Any] = {
            "name": f"{part}-{name}",
            "room_name": f"in-{part}",
            "participant_identity": name,
        }
        request = api.CreateIngressRequest(input_type=kind, **(about | fields))
        return livekit("ingress.create_ingress", request)

    made = {
        "idle": make("d", WHIP, room_name=f"{part} z"),
        "failed": make("b", RTMP),
        "live": make("C", RTMP, participant_identity=f"{part} who"),
        "pulled": make("a", URL, url=url),
    }
    standin.plan_stream(made["live"].stream_key, bitrates=True)
    standin.publish(made["live"].stream_key)
    standin.publish(made["failed"].stream_key)
    standin.end_stream(made["failed"].ingress_id, f"cannot read {made['failed'].stream_key}: EOF")
    active = [made["live"].ingress_id, made["pulled"].ingress_id]
    until(lambda: {state(livekit, each) for each in active} == {"ENDPOINT_PUBLISHING"})
    for ingress_id in active:
        # bitrates are reported with the next change
        standin.change_stream(ingress_id)
    yield made
    for info in made.values():
        request = api.DeleteIngressRequest(ingress_id=info.ingress_id)
        livekit("ingress.delete_ingress", request)
