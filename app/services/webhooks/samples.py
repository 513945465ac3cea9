"""Signed sample webhooks, to test an endpoint with.

The content is invented; fields, order and spaces are those of livekit-server (the spaces
differ between builds of the server, so no endpoint can rely on them).
"""

import base64
import hashlib
import json
import secrets
import string
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.protobuf.json_format import MessageToDict
from livekit.api import AccessToken
from livekit.protocol import egress, ingress, models, webhook

from app.config.settings import Settings
from app.services.webhooks.states import WebhookEvent

# As LiveKit itself signs them (protocol, webhook/resource_url_notifier.go).
LIFE = timedelta(minutes=5)
LETTERS = string.ascii_letters + string.digits
MIMES = ("audio/opus", "audio/red", "video/VP8", "video/H264", "video/VP9", "video/AV1")
BROKEN = (WebhookEvent.PARTICIPANT_LEFT, WebhookEvent.PARTICIPANT_CONNECTION_ABORTED)


@dataclass(frozen=True, slots=True)
class Sample:
    """A signed sample; endpoints accept it until `expires`."""

    event: WebhookEvent
    body: str
    authorization: str
    expires: datetime

    @property
    def line(self) -> str:
        """The sample as one line of a JSON Lines file."""
        line = {"authorization": self.authorization, "body": self.body}
        return json.dumps(line, ensure_ascii=False)


def make(settings: Settings, event: WebhookEvent, room: str) -> Sample:
    """Generate an event about `room` and sign it with the dashboard's key."""
    now = datetime.now(UTC)
    body = _as_sent(_event(event, room, now))
    digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
    secret = settings.livekit_api_secret.get_secret_value()
    token = AccessToken(settings.livekit_api_key, secret).with_sha256(digest).with_ttl(LIFE)
    return Sample(event, body, token.to_jwt(), now + LIFE)


def _as_sent(event: webhook.WebhookEvent) -> str:
    """Serialize as the server does: fields in the .proto's order, 64-bit numbers quoted."""
    fields = MessageToDict(event)
    order = [field.json_name for field in event.DESCRIPTOR.fields]
    ordered = {name: fields[name] for name in order if name in fields}
    return json.dumps(ordered, separators=(", ", ":"), ensure_ascii=False)


def _id(prefix: str) -> str:
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(12))


def _event(kind: WebhookEvent, room: str, now: datetime) -> webhook.WebhookEvent:
    seconds = int(now.timestamp())
    event = webhook.WebhookEvent(event=kind, id=_id("EV_"), created_at=seconds)
    opened = seconds - 60
    match kind.partition("_")[0]:
        case "room":
            event.room.CopyFrom(_room(room, opened))
        case "participant":
            event.room.CopyFrom(_room(room, opened))
            event.participant.CopyFrom(_participant(opened, kind))
        case "track":  # the server sends only names and SIDs of room and participant
            whole = _participant(opened, kind)
            event.room.CopyFrom(models.Room(sid=_id("RM_"), name=room))
            event.participant.CopyFrom(
                models.ParticipantInfo(sid=whole.sid, identity=whole.identity)
            )
            event.track.CopyFrom(_track(seconds))
        case "egress":
            event.egress_info.CopyFrom(_egress(kind, room, seconds))
        case "ingress":
            event.ingress_info.CopyFrom(_ingress(kind, room, seconds))
    return event


def _room(name: str, opened: int) -> models.Room:
    return models.Room(
        sid=_id("RM_"),
        name=name,
        empty_timeout=300,
        departure_timeout=20,
        creation_time=opened,
        creation_time_ms=opened * 1000 + 250,
        enabled_codecs=[models.Codec(mime=mime) for mime in MIMES],
    )


def _participant(joined: int, kind: WebhookEvent) -> models.ParticipantInfo:
    gone = kind in BROKEN
    left, aborted = models.CLIENT_INITIATED, models.SIGNAL_CLOSE
    reason = left if kind is WebhookEvent.PARTICIPANT_LEFT else aborted
    return models.ParticipantInfo(
        sid=_id("PA_"),
        identity="sample-ada",
        name="Ada (sample)",
        state=models.ParticipantInfo.DISCONNECTED if gone else models.ParticipantInfo.ACTIVE,
        joined_at=joined,
        joined_at_ms=joined * 1000 + 500,
        version=2,
        metadata='{"sample":true}',
        attributes={"sample": "true"},
        permission=models.ParticipantPermission(
            can_subscribe=True, can_publish=True, can_publish_data=True
        ),
        client_protocol=2,
        disconnect_reason=reason if gone else models.UNKNOWN_REASON,
    )


def _track(now: int) -> models.TrackInfo:
    return models.TrackInfo(
        sid=_id("TR_"),
        name="microphone",
        source=models.MICROPHONE,
        mime_type="audio/red",
        mid="7",
        codecs=[models.SimulcastCodecInfo(mime_type="audio/red", mid="7", cid="sample-track")],
        stream="camera",
        version=models.TimedVersion(unix_micro=now * 10**6),
    )


def _egress(kind: WebhookEvent, room: str, now: int) -> egress.EgressInfo:
    status = {
        WebhookEvent.EGRESS_STARTED: egress.EGRESS_STARTING,
        WebhookEvent.EGRESS_UPDATED: egress.EGRESS_ACTIVE,
        WebhookEvent.EGRESS_ENDED: egress.EGRESS_COMPLETE,
    }[kind]
    ended = kind is WebhookEvent.EGRESS_ENDED
    began = (now - 30) * 10**9
    path = f"samples/{room}.mp4"
    file = egress.FileInfo(filename=path)
    if kind is WebhookEvent.EGRESS_UPDATED:
        file.started_at = began
    elif ended:
        file = egress.FileInfo(
            filename=path,
            started_at=began,
            ended_at=now * 10**9,
            duration=30 * 10**9,
            size=4_194_304,
            location=path,
        )
    return egress.EgressInfo(
        egress_id=_id("EG_"),
        room_id=_id("RM_"),
        room_name=room,
        status=status,
        started_at=0 if kind is WebhookEvent.EGRESS_STARTED else began,
        ended_at=now * 10**9 if ended else 0,
        updated_at=now * 10**9,
        room_composite=egress.RoomCompositeEgressRequest(
            room_name=room,
            layout="grid",
            file_outputs=[egress.EncodedFileOutput(filepath=path)],
        ),
        file_results=[file],
        details="End reason: StopEgress API" if ended else "",
    )


def _ingress(kind: WebhookEvent, room: str, now: int) -> ingress.IngressInfo:
    live = kind is WebhookEvent.INGRESS_STARTED
    state = ingress.IngressState(
        status=ingress.IngressState.ENDPOINT_PUBLISHING if live else None,
        room_id=_id("RM_"),
        started_at=(now - 30) * 10**9,
        ended_at=0 if live else now * 10**9,
        updated_at=now * 10**9,
        resource_id=_id("RT_"),
        video=ingress.InputVideoState(
            mime_type="video/H264", average_bitrate=2_500_000, width=1280, height=720, framerate=30
        ),
        audio=ingress.InputAudioState(
            mime_type="audio/aac", average_bitrate=160_000, channels=2, sample_rate=44_100
        ),
    )
    return ingress.IngressInfo(
        ingress_id=_id("IN_"),
        name="Stage (sample)",
        stream_key="sample-stream-key",
        url="rtmp://ingress.example.com/live",
        enable_transcoding=True,
        room_name=room,
        participant_identity="sample-stage",
        participant_name="Stage (sample)",
        reusable=True,
        state=state,
    )
