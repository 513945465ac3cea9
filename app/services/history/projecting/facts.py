"""What one webhook says: rows of history as they would be if it were the only one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from livekit.protocol import models
from sqlalchemy import Table

from app.services.history.projecting import work_facts
from app.services.history.projecting.reading import (
    Part,
    ReadEvent,
    enum_name,
    moment,
    part,
    short_id,
    short_name,
)
from app.services.webhooks.receiving import EPOCH
from app.services.webhooks.states import WebhookEvent
from app.store.schema import CONNECTIONS, EGRESS_JOBS, INGRESS_RUNS, SESSIONS, TRACKS

Row = dict[str, Any]
ENDS = {WebhookEvent.PARTICIPANT_LEFT, WebhookEvent.PARTICIPANT_CONNECTION_ABORTED}
OURS = ("sip.", "lk.")  # attributes by LiveKit itself
SUMMARY = ("participants", "peak", "agents", "calls", "egress", "ingress", "failures")


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of a table, as one event reports it."""

    table: Table
    row: Row


def facts_of(event: ReadEvent) -> Iterator[Fact]:
    """Yield the rows that an event reports; none for an event that history doesn't know."""
    area = event.kept.event.partition("_")[0]
    match area:
        case "room" | "participant" | "track":
            yield from _of_a_room(event)
        case "egress":
            yield Fact(EGRESS_JOBS, work_facts.egress_row(event))
        case "ingress":
            if event.message.ingress_info.ingress_id:
                yield Fact(INGRESS_RUNS, work_facts.ingress_row(event))


def _of_a_room(event: ReadEvent) -> Iterator[Fact]:
    message = event.message
    if message.room.sid:
        yield Fact(SESSIONS, _session(event))
    if message.participant.sid:
        yield Fact(CONNECTIONS, _connection(event))
    if message.track.sid:
        yield Fact(TRACKS, _track(event))


def _session(event: ReadEvent) -> Row:
    room, at = event.message.room, event.kept.at
    created = _created(room)
    row = session_row(event.kept.server, short_id(room.sid), short_name(room.name), at)
    if created:
        row |= {"started_at": created, "started_inferred": False}
    if event.kept.event == WebhookEvent.ROOM_FINISHED:
        reason = enum_name(event.json, "roomEndReason", models.RoomEndReason)
        row |= {"ended_at": max(at, created or at), "end_reason": reason}
    return row


def session_row(server: str, sid: str, room: str, at: datetime) -> Row:
    """Return the row of a session that is known to have been open at a moment."""
    unknown = {"ended_at": None, "ended_inferred": False, "ended_after": None, "end_reason": ""}
    return {
        "server": server,
        "sid": sid,
        "room": room,
        "started_at": at,
        "started_inferred": True,
        **unknown,
        "duration": None,
        "seen_at": at,
        "missing_since": None,
        **dict.fromkeys(SUMMARY, 0),
    }


def _created(room: models.Room) -> datetime | None:
    return moment(room.creation_time_ms, 1000) or moment(room.creation_time, 1)


def _connection(event: ReadEvent) -> Row:
    message, at = event.message, event.kept.at
    who, room = message.participant, message.room
    row = connection_row(
        event.kept.server,
        short_id(who.sid),
        room=(short_id(room.sid), short_name(room.name)),
        identity=short_name(who.identity),
        at=at,
    )
    if not event.kept.event.startswith("participant_"):
        return row  # of a track: LiveKit names the participant, and no more
    json_object = part(event.json, "participant")
    row |= described(who, json_object, at, event.kept.event_id)
    if event.kept.event in ENDS:
        row |= {
            "left_at": max(at, row["joined_at"]),
            "reason": enum_name(json_object, "disconnectReason", models.DisconnectReason),
            "aborted": event.kept.event == WebhookEvent.PARTICIPANT_CONNECTION_ABORTED,
        }
    return row


def connection_row(
    server: str, sid: str, *, room: tuple[str, str], identity: str, at: datetime
) -> Row:
    """Return the row of a connection that is known to have been open at a moment, and no more.

    `room` is its SID and its name.
    """
    return {
        "server": server,
        "sid": sid,
        "room_sid": room[0],
        "room": room[1],
        "identity": identity,
        "name": "",
        "kind": "",
        "hidden": False,
        "joined_at": at,
        "joined_inferred": True,
        "left_at": None,
        "left_inferred": False,
        "left_after": None,
        "reason": "",
        "aborted": False,
        "attributes": "{}",
        "described_at": EPOCH,
        "described_by": "",
        "seen_at": at,
        "missing_since": None,
    }


def described(who: models.ParticipantInfo, json_object: Part, at: datetime, source: str) -> Row:
    """Return the columns of a connection that a full ParticipantInfo tells.

    LiveKit counts the versions of a participant: they order what came in the same second.
    """
    own = {name: value for name, value in who.attributes.items() if name.startswith(OURS)}
    joined = moment(who.joined_at_ms, 1000) or moment(who.joined_at, 1)
    permission = who.permission
    return {
        "name": short_name(who.name),
        "kind": enum_name(json_object, "kind", models.ParticipantInfo.Kind),
        "hidden": permission.hidden or permission.recorder,
        "joined_at": joined or at,
        "joined_inferred": joined is None,
        "attributes": json.dumps(own, ensure_ascii=False, sort_keys=True),
        "described_at": at,
        "described_by": f"{who.version:010d} {short_id(source)}",
    }


def _track(event: ReadEvent) -> Row:
    message, at = event.message, event.kept.at
    ended = event.kept.event == WebhookEvent.TRACK_UNPUBLISHED
    row = track_row(
        event.kept.server,
        message.track,
        part(event.json, "track"),
        room_sid=short_id(message.room.sid),
        participant_sid=short_id(message.participant.sid),
        at=at,
        source=event.kept.event_id,
    )
    return row | {"published_inferred": ended, "unpublished_at": at if ended else None}


def track_row(
    server: str,
    track: models.TrackInfo,
    json_object: Part,
    *,
    room_sid: str,
    participant_sid: str,
    at: datetime,
    source: str,
) -> Row:
    """Return the row of a track that is published at a moment; `source` names what says so."""
    version = f"{track.version.unix_micro:016d} {track.version.ticks:06d}"
    return {
        "server": server,
        "sid": short_id(track.sid),
        "room_sid": room_sid,
        "participant_sid": participant_sid,
        "type": enum_name(json_object, "type", models.TrackType)[:16],
        "source": enum_name(json_object, "source", models.TrackSource)[:32],
        "name": short_name(track.name),
        "mime_type": short_id(track.mime_type),
        "described_by": f"{version} {short_id(source)}",
        "published_at": at,
        "published_inferred": False,
        "unpublished_at": None,
        "unpublished_inferred": False,
    }
