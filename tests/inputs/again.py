"""Requests of ended jobs, and the form that starts them again."""

from typing import Any

from livekit.api import EgressInfo
from livekit.protocol import egress

from app.config.presets import Preset
from app.inputs.egress.from_job import Again, again
from app.services.egress.jobs import record
from app.services.egress.outputs import request_of
from app.services.livekit.redaction import plain

KINDS = {
    egress.RoomCompositeEgressRequest: "room_composite",
    egress.WebEgressRequest: "web",
    egress.ParticipantEgressRequest: "participant",
    egress.TrackCompositeEgressRequest: "track_composite",
    egress.TrackEgressRequest: "track",
    egress.StartEgressRequest: "egress",
}


def repeated(request: Any, *presets: Preset) -> Again:
    """Return the form for a job with this request, as LiveKit would report it."""
    info = EgressInfo(**{KINDS[type(request)]: request})
    return again("EG_x", record(info).type, plain(request_of(info)), presets)


def room(**fields: Any) -> egress.RoomCompositeEgressRequest:
    """Return a request for the recording of a room."""
    return egress.RoomCompositeEgressRequest(room_name="standup", **fields)
