"""What a webhook says, in plain words: protobuf WebhookEvent (livekit_webhook.proto)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.protobuf.json_format import ParseError
from livekit.protocol import egress, ingress, models, webhook

from app.services.livekit import redaction
from app.services.livekit.enums import name_of
from app.services.livekit.from_json import parsed
from app.services.livekit.times import from_seconds
from app.services.webhooks.states import WebhookEvent
from app.text.json_text import indented

NOBODY = "somebody"


@dataclass(frozen=True, slots=True)
class Told:
    """One event: a sentence, its facts by label, and all of it as JSON without its secrets."""

    event: str
    known: bool
    said: str
    room: str
    created: datetime | None
    facts: tuple[tuple[str, str], ...]
    json: str


class NoEventError(Exception):
    """The text is no webhook event; the message says why."""


def read(body: str) -> Told:
    """Give what the body of a webhook says. Raises NoEventError."""
    try:
        event = parsed(body, webhook.WebhookEvent(), unknown=True)
    except ParseError as error:
        reason = redaction.text(str(error))[:300]
        raise NoEventError(f"It is no WebhookEvent in JSON: {reason}") from error
    if not event.event:
        raise NoEventError("It is JSON, but has no field event.")
    return Told(
        event=event.event,
        known=event.event in set(WebhookEvent),
        said=_said(event),
        room=_room(event),
        created=from_seconds(event.created_at),
        facts=tuple((label, text) for label, text in _facts(event) if text),
        json=indented(redaction.plain(event, wire=True)),
    )


def _room(event: webhook.WebhookEvent) -> str:
    names = (event.room.name, event.egress_info.room_name, event.ingress_info.room_name)
    return next(filter(None, names), "")


def _said(event: webhook.WebhookEvent) -> str:
    room = f"the room {_room(event)}" if _room(event) else "a room that it does not name"
    who = _who(event.participant)
    sentences = {
        WebhookEvent.ROOM_STARTED: f"{_upper(room)} was opened.",
        WebhookEvent.ROOM_FINISHED: f"{_upper(room)} was closed{_why(event.room_end_reason)}.",
        WebhookEvent.PARTICIPANT_JOINED: f"{who} joined {room}.",
        WebhookEvent.PARTICIPANT_LEFT: f"{who} left {room}{_left(event.participant)}.",
        WebhookEvent.PARTICIPANT_CONNECTION_ABORTED: (
            f"The connection of {who} to {room} broke before it was ready"
            f"{_left(event.participant)}."
        ),
        WebhookEvent.TRACK_PUBLISHED: f"{who} published {_track(event.track)} in {room}.",
        WebhookEvent.TRACK_UNPUBLISHED: (
            f"{who} no longer publishes {_track(event.track)} in {room}."
        ),
        WebhookEvent.EGRESS_STARTED: f"The egress {event.egress_info.egress_id} of {room} began.",
        WebhookEvent.EGRESS_UPDATED: (
            f"The egress {event.egress_info.egress_id} of {room} is now "
            f"{_status(event.egress_info)}."
        ),
        WebhookEvent.EGRESS_ENDED: (
            f"The egress {event.egress_info.egress_id} of {room} is over: "
            f"{_status(event.egress_info)}."
        ),
        WebhookEvent.INGRESS_STARTED: f"{_input(event.ingress_info)} sends into {room}.",
        WebhookEvent.INGRESS_ENDED: f"{_input(event.ingress_info)} no longer sends into {room}.",
    }
    said: dict[str, str] = {str(kind): sentence for kind, sentence in sentences.items()}
    return said.get(event.event, f"{event.event}: an event that this build does not know.")


def _facts(event: webhook.WebhookEvent) -> Iterator[tuple[str, str]]:
    who, track = event.participant, event.track
    yield "Event", event.event
    yield "Id", event.id
    yield "Dropped before it", str(event.num_dropped) if event.num_dropped else ""
    yield "Room", event.room.name
    yield "Room's SID", event.room.sid
    yield "Identity", who.identity
    yield "Name", who.name
    yield "Participant's SID", who.sid
    yield "Kind", _word(models.ParticipantInfo.Kind, who.kind) if who.joined_at else ""
    yield "Disconnected by", _word(models.DisconnectReason, who.disconnect_reason, unset=True)
    if event.HasField("track"):
        yield "Track", _track(track)
        yield "Track's SID", track.sid
        yield "Codec", track.mime_type
        yield "Size", f"{track.width} by {track.height}" if track.width else ""
    if event.HasField("egress_info"):
        yield "Egress", event.egress_info.egress_id
        yield "Status", _status(event.egress_info)
        yield "Error", redaction.text(event.egress_info.error)
    if event.HasField("ingress_info"):
        state = event.ingress_info.state
        yield "Ingress", event.ingress_info.ingress_id
        yield "Status", _word(ingress.IngressState.Status, state.status).removeprefix("endpoint ")
        yield "Error", redaction.text(state.error)


def _word(enum: Any, number: int, *, unset: bool = False) -> str:
    """Give an enum value's name in words; with `unset`, nothing for 0: not told."""
    if unset and not number:
        return ""
    return name_of(enum, number).lower().replace("_", " ")


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _who(who: models.ParticipantInfo) -> str:
    if who.name and who.name != who.identity:
        return f"{who.name} ({who.identity})"
    return who.identity or NOBODY


def _left(who: models.ParticipantInfo) -> str:
    reason = _word(models.DisconnectReason, who.disconnect_reason, unset=True)
    return f" ({reason})" if reason else ""


def _why(reason: int) -> str:
    word = _word(models.RoomEndReason, reason, unset=True)
    return f" ({word})" if word else ""


def _track(track: models.TrackInfo) -> str:
    if track.source:
        return f"a {_word(models.TrackSource, track.source)} track"
    return (
        f"{'an' if track.type == models.AUDIO else 'a'} {_word(models.TrackType, track.type)} track"
    )


def _status(info: egress.EgressInfo) -> str:
    return _word(egress.EgressStatus, info.status).removeprefix("egress ")


def _input(info: ingress.IngressInfo) -> str:
    label = info.name or info.ingress_id or "An ingress"
    return f"{label} ({info.ingress_id})" if info.name and info.ingress_id else label
