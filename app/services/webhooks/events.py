"""Describe a webhook's event: protobuf WebhookEvent (livekit_webhook.proto)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.json_format import ParseError
from livekit.protocol import egress, ingress, models, webhook

from app.services.egress.states import EgressStatus
from app.services.ingress.states import IngressStatus
from app.services.livekit import redaction
from app.services.livekit.enums import from_proto, name_of
from app.services.livekit.from_json import parsed
from app.services.livekit.times import from_seconds
from app.services.webhooks.states import WebhookEvent
from app.text.json_text import indented

NOBODY = "an unnamed participant"


@dataclass(frozen=True, slots=True)
class ReportedEvent:
    """One event: a sentence, its facts by label, and the whole as JSON without secrets."""

    event: str
    known: bool
    sentence: str
    room: str
    created: datetime | None
    facts: tuple[tuple[str, str], ...]
    json: str


class NoEventError(Exception):
    """The text is not a webhook event; the message says why."""


def read(body: str) -> ReportedEvent:
    """Return what the body of a webhook reports. Raises NoEventError."""
    try:
        event = parsed(body, webhook.WebhookEvent(), unknown=True)
    except ParseError as error:
        reason = redaction.text(str(error))[:300]
        raise NoEventError(f"Not a WebhookEvent in JSON: {reason}") from error
    if not event.event:
        raise NoEventError("JSON without the field “event”.")
    return ReportedEvent(
        event=event.event,
        known=event.event in set(WebhookEvent),
        sentence=_sentence(event),
        room=_room(event),
        created=from_seconds(event.created_at),
        facts=tuple((label, text) for label, text in _facts(event) if text),
        json=indented(redaction.plain(event, wire=True)),
    )


def _room(event: webhook.WebhookEvent) -> str:
    names = (event.room.name, event.egress_info.room_name, event.ingress_info.room_name)
    return next(filter(None, names), "")


def _sentence(event: webhook.WebhookEvent) -> str:
    room = f"the room {_room(event)}" if _room(event) else "an unnamed room"
    who = _who(event.participant)
    sentences = {
        WebhookEvent.ROOM_STARTED: f"{_upper(room)} started.",
        WebhookEvent.ROOM_FINISHED: f"{_upper(room)} finished{_why(event.room_end_reason)}.",
        WebhookEvent.PARTICIPANT_JOINED: f"{who} joined {room}.",
        WebhookEvent.PARTICIPANT_LEFT: f"{who} left {room}{_left(event.participant)}.",
        WebhookEvent.PARTICIPANT_CONNECTION_ABORTED: (
            f"The connection of {who} to {room} failed before it was established"
            f"{_left(event.participant)}."
        ),
        WebhookEvent.TRACK_PUBLISHED: f"{who} published {_track(event.track)} in {room}.",
        WebhookEvent.TRACK_UNPUBLISHED: (f"{who} unpublished {_track(event.track)} in {room}."),
        WebhookEvent.EGRESS_STARTED: f"The egress {event.egress_info.egress_id} in {room} started.",
        WebhookEvent.EGRESS_UPDATED: (
            f"The egress {event.egress_info.egress_id} in {room} is now "
            f"{_status(event.egress_info)}."
        ),
        WebhookEvent.EGRESS_ENDED: (
            f"The egress {event.egress_info.egress_id} in {room} ended: "
            f"{_status(event.egress_info)}."
        ),
        WebhookEvent.INGRESS_STARTED: f"{_input(event.ingress_info)} started publishing to {room}.",
        WebhookEvent.INGRESS_ENDED: f"{_input(event.ingress_info)} stopped publishing to {room}.",
    }
    texts: dict[str, str] = {str(kind): sentence for kind, sentence in sentences.items()}
    return texts.get(event.event, f"{event.event}: an event unknown to this dashboard version.")


def _facts(event: webhook.WebhookEvent) -> Iterator[tuple[str, str]]:
    who, track = event.participant, event.track
    yield "Event", event.event
    yield "Id", event.id
    yield "Events dropped before it", str(event.num_dropped) if event.num_dropped else ""
    yield "Room", event.room.name
    yield "Room SID", event.room.sid
    yield "Identity", who.identity
    yield "Name", who.name
    yield "Participant SID", who.sid
    yield "Kind", _value(models.ParticipantInfo.Kind, who.kind) if who.joined_at else ""
    yield "Disconnect reason", _value(models.DisconnectReason, who.disconnect_reason, unset=True)
    if event.HasField("track"):
        yield "Track", _track(track)
        yield "Track SID", track.sid
        yield "Codec", track.mime_type
        yield "Size", f"{track.width} by {track.height}" if track.width else ""
    if event.HasField("egress_info"):
        yield "Egress", event.egress_info.egress_id
        yield "Status", _status(event.egress_info)
        yield "Error", redaction.text(event.egress_info.error)
    if event.HasField("ingress_info"):
        state = event.ingress_info.state
        yield "Ingress", event.ingress_info.ingress_id
        status = from_proto(
            IngressStatus, ingress.IngressState.Status, state.status, strip="ENDPOINT_"
        )
        yield "Status", _words(status)
        yield "Error", redaction.text(state.error)


def _value(enum: Any, number: int, *, unset: bool = False) -> str:
    """Return an enum value's name in words; with `unset`, an empty text for 0."""
    if unset and not number:
        return ""
    return _words(name_of(enum, number))


def _words(name: str) -> str:
    return name.lower().replace("_", " ")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _who(who: models.ParticipantInfo) -> str:
    if who.name and who.name != who.identity:
        return f"{who.name} ({who.identity})"
    return who.identity or NOBODY


def _left(who: models.ParticipantInfo) -> str:
    reason = _value(models.DisconnectReason, who.disconnect_reason, unset=True)
    return f" ({reason})" if reason else ""


def _why(reason: int) -> str:
    text = _value(models.RoomEndReason, reason, unset=True)
    return f" ({text})" if text else ""


def _track(track: models.TrackInfo) -> str:
    if track.source:
        return f"a {_value(models.TrackSource, track.source)} track"
    article = "an" if track.type == models.AUDIO else "a"
    return f"{article} {_value(models.TrackType, track.type)} track"


def _status(info: egress.EgressInfo) -> str:
    status = from_proto(EgressStatus, egress.EgressStatus, info.status, strip="EGRESS_")
    return _words(status)


def _input(info: ingress.IngressInfo) -> str:
    label = info.name or info.ingress_id or "An ingress"
    return f"{label} ({info.ingress_id})" if info.name and info.ingress_id else label
