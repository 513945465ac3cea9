"""What LiveKit reports of egress and ingress, as rows of history."""

import json
from datetime import datetime
from typing import Any

from livekit.api import EgressInfo
from livekit.protocol import egress, ingress

from app.services.audit.writing import storable
from app.services.egress.sources import type_of
from app.services.history.projecting.reading import (
    Part,
    ReadEvent,
    enum_name,
    moment,
    part,
    short_id,
    short_name,
)
from app.services.livekit import redaction
from app.services.webhooks.states import WebhookEvent

Row = dict[str, Any]
NANOSECONDS = 1_000_000_000
EGRESS_ORDER = ("EGRESS_STARTING", "EGRESS_ACTIVE", "EGRESS_ENDING")
EGRESS_ENDED = ("EGRESS_COMPLETE", "EGRESS_FAILED", "EGRESS_ABORTED", "EGRESS_LIMIT_REACHED")
INGRESS_OPEN = ("ENDPOINT_INACTIVE", "ENDPOINT_BUFFERING", "ENDPOINT_PUBLISHING")


def egress_row(event: ReadEvent) -> Row:
    """Return the row of the job that an event is about.

    An auto egress that could not start has no ID and gets the event's.
    """
    info, kept = event.message.egress_info, event.kept
    room = event.message.room
    row = egress_report(kept.server, info, part(event.json, "egressInfo"), kept.at)
    if kept.event == WebhookEvent.EGRESS_ENDED and row["ended_at"] is None:
        row["ended_at"] = row["updated_at"]
    return row | {
        "egress_id": row["egress_id"] or short_id(kept.event_id),
        "room_sid": row["room_sid"] or short_id(room.sid),
        "room": row["room"] or short_name(room.name),
    }


def egress_report(server: str, info: EgressInfo, json_object: Part, at: datetime) -> Row:
    """Return the row of a job as LiveKit reports it at a moment."""
    status = enum_name(json_object, "status", egress.EgressStatus)[:32]
    started = moment(info.started_at, NANOSECONDS)
    updated = moment(info.updated_at, NANOSECONDS) or at
    ended = moment(info.ended_at, NANOSECONDS)
    if status in EGRESS_ORDER:
        ended = None
    elif ended is None and status in EGRESS_ENDED:
        ended = updated
    return {
        "server": server,
        "egress_id": short_id(info.egress_id),
        "room_sid": short_id(info.room_id),
        "room": short_name(info.room_name),
        "type": str(type_of(info)),
        "status": status,
        "error": storable(redaction.text(info.error)),
        "error_code": info.error_code,
        "started_at": started or at,
        "started_inferred": started is None,
        "ended_at": ended,
        "ended_inferred": False,
        "ended_after": None,
        "updated_at": updated,
        "info": json.dumps(redaction.plain(info, wire=True), ensure_ascii=False, sort_keys=True),
        "missing_since": None,
    }


def ingress_row(event: ReadEvent) -> Row:
    """Return the row of the ingress run that an event is about."""
    info, kept = event.message.ingress_info, event.kept
    row = ingress_report(kept.server, info, part(event.json, "ingressInfo"), kept.at)
    if kept.event == WebhookEvent.INGRESS_ENDED and row["ended_at"] is None:
        row["ended_at"] = max(row["updated_at"], row["started_at"])
    return row | {"room": row["room"] or short_name(event.message.room.name)}


def ingress_report(server: str, info: ingress.IngressInfo, json_object: Part, at: datetime) -> Row:
    """Return the row of the last run of an ingress, as LiveKit reports it at a moment."""
    state = info.state
    status = enum_name(part(json_object, "state"), "status", ingress.IngressState.Status)[:32]
    started = moment(state.started_at, NANOSECONDS) or at
    updated = moment(state.updated_at, NANOSECONDS) or at
    ended = moment(state.ended_at, NANOSECONDS)
    if status == "ENDPOINT_PUBLISHING" or (ended and ended < started):
        ended = None  # of the run before
    elif ended is None and status not in INGRESS_OPEN:
        ended = max(updated, started)
    return {
        "server": server,
        "ingress_id": short_id(info.ingress_id),
        "started_at": started,
        "room_sid": short_id(state.room_id),
        "room": short_name(info.room_name),
        "name": short_name(info.name),
        "input": enum_name(json_object, "inputType", ingress.IngressInput)[:16],
        "status": status,
        "error": storable(redaction.text(state.error)),
        "ended_at": ended,
        "ended_inferred": False,
        "ended_after": None,
        "updated_at": updated,
        "missing_since": None,
    }
