"""The source of an egress job: its type, and what of the room is recorded."""

from livekit.api import EgressInfo

from app.services.egress.outputs import request_of
from app.services.egress.states import EgressType
from app.services.livekit.redaction import address

TYPES = {
    "room_composite": EgressType.ROOM_COMPOSITE,
    "web": EgressType.WEB,
    "participant": EgressType.PARTICIPANT,
    "track_composite": EgressType.TRACK_COMPOSITE,
    "track": EgressType.TRACK,
    "replay": EgressType.REPLAY,
}
SOURCES = {
    "template": EgressType.TEMPLATE,
    "web": EgressType.WEB,
    "media": EgressType.MEDIA,
}


def type_of(info: EgressInfo) -> EgressType:
    """Return the type of the job, whichever version of the API started it."""
    kind = info.WhichOneof("request")
    if kind == "egress":
        return SOURCES.get(info.egress.WhichOneof("source") or "", EgressType.UNKNOWN)
    return TYPES.get(kind or "", EgressType.UNKNOWN)


def subject_of(info: EgressInfo) -> str:
    """Return what is recorded: a URL without secrets, an identity, tracks or a layout."""
    request = request_of(info)
    match type_of(info):
        case EgressType.WEB:
            return address(request.web.url if info.HasField("egress") else request.url)
        case EgressType.PARTICIPANT:
            return str(request.identity)
        case EgressType.TRACK:
            return str(request.track_id)
        case EgressType.TRACK_COMPOSITE:
            return ", ".join(filter(None, (request.audio_track_id, request.video_track_id)))
        case EgressType.ROOM_COMPOSITE:
            return str(request.layout or address(request.custom_base_url))
        case EgressType.TEMPLATE:
            return str(request.template.layout or address(request.template.custom_base_url))
        case EgressType.MEDIA:
            return str(request.media.video_track_id or request.media.participant_video.identity)
        case EgressType.REPLAY:
            return str(request.replay_id)
        case _:
            return ""
