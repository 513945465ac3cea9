"""What can be done with an ingress: create, change, delete."""

from dataclasses import dataclass, field
from typing import Any

from livekit.api import (
    CreateIngressRequest,
    DeleteIngressRequest,
    ServerError,
    UpdateIngressRequest,
)

from app.errors import (
    Invalid,
    LiveKitConflict,
    LiveKitError,
    LiveKitInvalid,
    LiveKitNotFound,
    NotFound,
    NoWorker,
    TimedOut,
    Unavailable,
)
from app.services.ingress.ingresses import Ingress, get, input_of, listed, record
from app.services.ingress.options import AudioOptions, VideoOptions, audio_message, video_message
from app.services.ingress.states import IngressStatus, InputType
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import SILENT, field_about, readable

# What LiveKit says (protocol, ingress/validation.go), and the field that it is about.
ABOUT = (
    ("no participant identity", "identity"),
    ("no room name", "room"),
    ("URL parameter", "url"),
    ("source URL", "url"),
    ("url scheme", "url"),
    ("parse ", "url"),
    ("disabled non reusable", "enabled"),
    ("video encoding options", "video_encoding"),
    ("audio encoding options", "audio_encoding"),
    ("bypassing transcoding", "transcoding"),
    ("audio parameters: invalid preset", "audio_encoding"),
    ("audio parameters: invalid track source", "audio_source"),
    ("audio codec", "audio_codec"),
    ("channel count", "audio_channels"),
    ("video parameters: invalid preset", "video_encoding"),
    ("video parameters: invalid track source", "video_source"),
    ("video codec", "video_codec"),
    ("framerate", "video_frame_rate"),
    ("layer", "video_layers"),
    ("media dimensions", "video_layers"),
)
UNREADABLE = "LiveKit cannot read this address."  # its own words repeat the address, secrets too
# What LiveKit says where no worker answers it (psrpc, errors.go).
GONE = (SILENT, "request timed out")
NO_WORKER = (
    "Start livekit-ingress, with the same Redis as LiveKit and its API key; where one runs, its "
    "log says why it took nothing. Look at the list before you send this again."
)


@dataclass(frozen=True, slots=True)
class NewIngress:
    """What an ingress is created with; `url` for one that pulls, `transcoding` for WHIP alone."""

    input: InputType
    identity: str
    name: str = ""
    room: str = ""
    url: str = ""
    participant_name: str = ""
    metadata: str = ""
    enabled: bool = True
    transcoding: bool = False
    audio: AudioOptions = field(default_factory=AudioOptions)
    video: VideoOptions = field(default_factory=VideoOptions)


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change; an empty text, which LiveKit reads as unchanged, or None leaves it."""

    name: str = ""
    room: str = ""
    identity: str = ""
    participant_name: str = ""
    metadata: str = ""
    enabled: bool | None = None
    transcoding: bool | None = None
    audio: AudioOptions | None = None
    video: VideoOptions | None = None


async def create(livekit: LiveKit, new: NewIngress) -> Ingress:
    """Create an ingress; one that pulls is taken by a worker at once.

    Raises Invalid with the field at fault, NoWorker where none took it; else a
    LiveKitError. No reason holds the address that was given.
    """
    pulls = new.input == InputType.URL
    before = await _pulling(livekit, new.room) if pulls else set()
    try:
        call = livekit.api.ingress.create_ingress
        return record(await livekit.write("CreateIngress", call, _request(new)))
    except TimedOut:
        if not pulls:
            raise
        raise await _not_taken(livekit, new.room, before) from None
    except Unavailable as error:
        if not pulls or not any(words in error.reason for words in GONE):
            raise
        raise NoWorker("No ingress worker took it.", advice=NO_WORKER) from error
    except LiveKitError as error:
        raise _about_field(error, new.url) from error


async def update(livekit: LiveKit, ingress_id: str, changes: Changes) -> Ingress:
    """Change an ingress, and give it as it was before; a session of it ends by that.

    Raises NotFound, Conflict where it cannot be changed, Invalid with the field at fault.
    """
    before = await get(livekit, ingress_id)
    check_changeable(before)
    call = livekit.api.ingress.update_ingress
    requests = [_update_request(ingress_id, changes)]
    turned_on = bool(changes.transcoding) and not before.transcoding
    if turned_on and (changes.audio or changes.video):
        # LiveKit holds a new encoding against the bypass that the same request would end
        requests.insert(0, UpdateIngressRequest(ingress_id=ingress_id, enable_transcoding=True))
    for number, request in enumerate(requests):
        try:
            await livekit.write("UpdateIngress", call, request)
        except LiveKitError as error:
            ours = _about_field(error)
            if number:
                ours.advice = "Transcoding is on by now, the rest was not saved: send it again."
            raise ours from error
    return before


def check_changeable(ingress: Ingress) -> None:
    """Raise Conflict, with what to do instead, where LiveKit would refuse or ignore a change."""
    if not ingress.reusable:
        raise LiveKitConflict(
            f"{ingress.label} cannot be changed: it pulls from its address once, and LiveKit "
            "changes only what an encoder pushes to.",
            advice="Delete it, and create another one; “Create another” on its page fills it in.",
        )
    if ingress.status in {IngressStatus.COMPLETE, IngressStatus.UNKNOWN}:
        raise LiveKitConflict(
            f"{ingress.label} is {ingress.status}: LiveKit would say yes and change nothing.",
            advice="Delete it, and create another one; “Create another” on its page fills it in.",
        )


async def delete(livekit: LiveKit, ingress_id: str) -> Ingress:
    """Delete an ingress, which ends its session, and give it as it was. Raises NotFound."""
    request = DeleteIngressRequest(ingress_id=ingress_id)
    try:
        call = livekit.api.ingress.delete_ingress
        return record(await livekit.write("DeleteIngress", call, request))
    except NotFound:
        raise LiveKitNotFound(f"There is no ingress {ingress_id}, or it was deleted.") from None


def _request(new: NewIngress) -> CreateIngressRequest:
    return CreateIngressRequest(
        input_type=f"{new.input.upper()}_INPUT",
        name=new.name,
        room_name=new.room,
        url=new.url,
        participant_identity=new.identity,
        participant_name=new.participant_name,
        participant_metadata=new.metadata,
        **_told(
            enabled=None if new.enabled else False,
            enable_transcoding=new.transcoding if new.input == InputType.WHIP else None,
            audio=audio_message(new.audio) if new.audio != AudioOptions() else None,
            video=video_message(new.video) if new.video != VideoOptions() else None,
        ),
    )


def _update_request(ingress_id: str, changes: Changes) -> UpdateIngressRequest:
    return UpdateIngressRequest(
        ingress_id=ingress_id,
        name=changes.name,
        room_name=changes.room,
        participant_identity=changes.identity,
        participant_name=changes.participant_name,
        participant_metadata=changes.metadata,
        **_told(
            enabled=changes.enabled,
            enable_transcoding=changes.transcoding,
            audio=audio_message(changes.audio) if changes.audio is not None else None,
            video=video_message(changes.video) if changes.video is not None else None,
        ),
    )


def _told(**fields: Any) -> dict[str, Any]:
    """Return the fields that have a value: for these LiveKit tells unset from false or empty."""
    return {name: value for name, value in fields.items() if value is not None}


def _about_field(error: LiveKitError, url: str = "") -> LiveKitError:
    """Return the error with the field that it is about, and without the address that was given."""
    field = field_about(error.reason, ABOUT)
    if isinstance(error, Invalid) and field is not None:
        said = error.reason.partition(": ")[2].removeprefix("invalid ingress: ")
        return LiveKitInvalid(fields={field: UNREADABLE if field == "url" else f"LiveKit: {said}."})
    if url and isinstance(error.__cause__, ServerError):
        error.reason = readable(error.__cause__.message.replace(url, redaction.HIDDEN))
    return error


async def _pulling(livekit: LiveKit, room: str) -> set[str]:
    found = await listed(livekit, room)
    return {info.ingress_id for info in found if input_of(info) == InputType.URL}


async def _not_taken(livekit: LiveKit, room: str, before: set[str]) -> LiveKitError:
    """Return the error for a create that got no answer: LiveKit hangs, or its worker does."""
    try:
        with livekit.scope(seconds=0.5):
            begun = await _pulling(livekit, room) - before
    except LiveKitError as error:
        return error
    if begun:
        return TimedOut(
            f"No answer in time, but an ingress began meanwhile: {', '.join(sorted(begun))}.",
            advice="A worker is slow. Look at the list, and do not send this again.",
        )
    return NoWorker("LiveKit answers, but no ingress worker took it.", advice=NO_WORKER)
