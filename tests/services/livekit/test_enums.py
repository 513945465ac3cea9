"""LiveKit's enums: each number is read as its own value, and a newer one stays visible."""

from enum import StrEnum
from typing import Any

import pytest
from livekit.protocol import agent, agent_dispatch, egress, ingress, models, sip

from app.labels.table import label_of
from app.services.agents.states import AgentStatus, JobType, RestartPolicy
from app.services.egress.states import EgressStatus, StreamStatus
from app.services.ingress.media import Quality
from app.services.ingress.states import (
    AudioPreset,
    IngressStatus,
    InputType,
    VideoPreset,
)
from app.services.livekit.enums import Newer, from_proto, known, plain_name
from app.services.rooms.participants import State
from app.services.rooms.tracks import Source
from app.services.sip.states import MediaEncryption, Transport

ENUMS: list[tuple[type[StrEnum], Any, str]] = [
    (State, models.ParticipantInfo.State, ""),
    (Source, models.TrackSource, ""),
    (AgentStatus, agent.JobStatus, "JS_"),
    (JobType, agent.JobType, "JT_"),
    (RestartPolicy, agent_dispatch.JobRestartPolicy, "JRP_"),
    (EgressStatus, egress.EgressStatus, "EGRESS_"),
    (StreamStatus, egress.StreamInfo.Status, ""),
    (IngressStatus, ingress.IngressState.Status, "ENDPOINT_"),
    (InputType, ingress.IngressInput, "_INPUT"),
    (Quality, models.VideoQuality, ""),
    (AudioPreset, ingress.IngressAudioEncodingPreset, ""),
    (VideoPreset, ingress.IngressVideoEncodingPreset, ""),
    (Transport, sip.SIPTransport, "SIP_TRANSPORT_"),
    (MediaEncryption, sip.SIPMediaEncryption, "SIP_MEDIA_ENCRYPT_"),
]


@pytest.mark.parametrize(
    ("kind", "enum", "strip"), ENUMS, ids=[kind.__name__ for kind, _, _ in ENUMS]
)
def test_every_number_is_read_and_a_newer_one_stays_visible(
    kind: type[StrEnum], enum: Any, strip: str
) -> None:
    numbers = enum.values()
    members = [from_proto(kind, enum, number, strip=strip) for number in numbers]
    assert all(isinstance(member, kind) for member in members), members
    assert len(set(members)) == len(members)
    newer = from_proto(kind, enum, max(numbers) + 1, strip=strip)
    assert isinstance(newer, Newer)
    assert newer == str(max(numbers) + 1)
    assert newer in label_of(newer).text


def test_a_form_has_unknown_in_place_of_a_newer_value() -> None:
    strip = "SIP_TRANSPORT_"
    assert known(Transport, sip.SIPTransport, sip.SIP_TRANSPORT_TLS, strip=strip) is Transport.TLS
    newer = max(sip.SIPTransport.values()) + 1
    assert known(Transport, sip.SIPTransport, newer, strip=strip) is Transport.UNKNOWN


def test_a_value_that_only_protobuf_knows_keeps_its_name() -> None:
    class Small(StrEnum):
        CAMERA = "camera"

    assert from_proto(Small, models.TrackSource, models.MICROPHONE) == Newer("microphone")
    assert plain_name(models.TrackSource, models.SCREEN_SHARE) == "screen_share"
