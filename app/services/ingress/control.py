"""Actions on ingresses: create, change, delete."""

from dataclasses import dataclass, field, fields
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
from app.services.audit.changes import between
from app.services.ingress.ingresses import Ingress, input_of, listed, record
from app.services.ingress.options import AudioOptions, VideoOptions, audio_message, video_message
from app.services.ingress.states import IngressStatus, InputType
from app.services.livekit import redaction
from app.services.livekit.client import LiveKit
from app.services.livekit.differences import Difference
from app.services.livekit.enums import Newer
from app.services.livekit.errors import SILENT, field_about, readable
from app.services.unanswered import unanswered

# LiveKit's words (protocol, ingress/validation.go), and the field that they are about.
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
UNREADABLE = "LiveKit can't read this URL."  # its own words repeat the URL with its secrets
# LiveKit's words if no worker responds (psrpc, errors.go).
GONE = (SILENT, "request timed out")
NO_WORKER = (
    "Start livekit-ingress with the same Redis and API key as LiveKit. If it runs already, its log "
    "says why it accepted nothing. Check the list before you try again."
)


@dataclass(frozen=True, slots=True)
class NewIngress:
    """An ingress to create; `url` applies to one that pulls, `transcoding` to WHIP."""

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
    """The changes to an ingress; an empty text or None leaves a field as it is."""

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
    """Create an ingress; a worker accepts one that pulls immediately.

    Raises Invalid with the field at fault, NoWorker if none accepted it; else a LiveKitError. No
    reason contains the source URL.
    """
    pulls = new.input == InputType.URL
    before = await _pulling(livekit, new.room) if pulls else set()
    try:
        call = livekit.api.ingress.create_ingress
        return record(await livekit.write(call, create_request(new)))
    except TimedOut:
        if not pulls:
            raise
        reason = "LiveKit responds, but no ingress worker accepted it."
        no_worker = NoWorker(reason, advice=NO_WORKER)
        raise await unanswered(
            livekit, lambda: _pulling(livekit, new.room), before, no_worker, "an ingress"
        ) from None
    except Unavailable as error:
        if not pulls or not any(words in error.reason for words in GONE):
            raise
        raise NoWorker("No ingress worker accepted it.", advice=NO_WORKER) from error
    except LiveKitError as error:
        raise _about_field(error, new.url) from error


def changed(before: Ingress, changes: Changes) -> tuple[Difference, ...]:
    """Return what is changed of an ingress."""
    names = [each.name for each in fields(changes)]
    after = {name: new for name in names if (new := getattr(changes, name)) not in ("", None)}
    return between({name: getattr(before, name) for name in after}, after)


async def update(livekit: LiveKit, before: Ingress, changes: Changes) -> None:
    """Change an ingress; an active session ends.

    Raises NotFound, Conflict if it can't be changed, Invalid with the field at fault.
    """
    check_changeable(before)
    call = livekit.api.ingress.update_ingress
    requests = [update_request(before.id, changes)]
    turned_on = bool(changes.transcoding) and not before.transcoding
    if turned_on and (changes.audio or changes.video):
        # LiveKit checks a new encoding against the bypass that the same request would end
        requests.insert(0, UpdateIngressRequest(ingress_id=before.id, enable_transcoding=True))
    for number, request in enumerate(requests):
        try:
            await livekit.write(call, request)
        except LiveKitError as error:
            shown = _about_field(error)
            if number:
                shown.advice = "Transcoding is on now, but the rest was not saved. Save again."
            raise shown from error


def check_changeable(ingress: Ingress) -> None:
    """Raise Conflict, with advice, if LiveKit would reject or ignore a change."""
    if not ingress.reusable:
        raise LiveKitConflict(
            f"{ingress.label} can't be changed: it pulls from its source URL once, and LiveKit "
            "changes only ingresses that an encoder pushes to.",
            advice="Delete it, then use Duplicate on its page to create a new one.",
        )
    if ingress.status is IngressStatus.COMPLETE or isinstance(ingress.status, Newer):
        raise LiveKitConflict(
            f"{ingress.label} is {ingress.status}: LiveKit would accept the change and ignore it.",
            advice="Delete it, then use Duplicate on its page to create a new one.",
        )


async def delete(livekit: LiveKit, ingress_id: str) -> Ingress:
    """Delete an ingress, which ends its session, and return it. Raises NotFound."""
    request = DeleteIngressRequest(ingress_id=ingress_id)
    try:
        call = livekit.api.ingress.delete_ingress
        return record(await livekit.write(call, request))
    except NotFound:
        raise LiveKitNotFound(f"Ingress {ingress_id} does not exist, or was deleted.") from None


def create_request(new: NewIngress) -> CreateIngressRequest:
    """Return LiveKit's request for a new ingress."""
    return CreateIngressRequest(
        input_type=f"{new.input.upper()}_INPUT",
        name=new.name,
        room_name=new.room,
        url=new.url,
        participant_identity=new.identity,
        participant_name=new.participant_name,
        participant_metadata=new.metadata,
        **_set(
            enabled=None if new.enabled else False,
            enable_transcoding=new.transcoding if new.input == InputType.WHIP else None,
            audio=audio_message(new.audio) if new.audio != AudioOptions() else None,
            video=video_message(new.video) if new.video != VideoOptions() else None,
        ),
    )


def update_request(ingress_id: str, changes: Changes) -> UpdateIngressRequest:
    """Return LiveKit's request for the changes to an ingress."""
    return UpdateIngressRequest(
        ingress_id=ingress_id,
        name=changes.name,
        room_name=changes.room,
        participant_identity=changes.identity,
        participant_name=changes.participant_name,
        participant_metadata=changes.metadata,
        **_set(
            enabled=changes.enabled,
            enable_transcoding=changes.transcoding,
            audio=audio_message(changes.audio) if changes.audio is not None else None,
            video=video_message(changes.video) if changes.video is not None else None,
        ),
    )


def _set(**fields: Any) -> dict[str, Any]:
    """Return the fields that are set; LiveKit distinguishes unset from false and empty."""
    return {name: value for name, value in fields.items() if value is not None}


def _about_field(error: LiveKitError, url: str = "") -> LiveKitError:
    """Return the error with the field that it is about, and without the source URL."""
    field = field_about(error.reason, ABOUT)
    if isinstance(error, Invalid) and field is not None:
        reason = error.reason.partition(": ")[2].removeprefix("invalid ingress: ")
        return LiveKitInvalid(
            fields={field: UNREADABLE if field == "url" else f"LiveKit: {reason}."}
        )
    if url and isinstance(error.__cause__, ServerError):
        error.reason = readable(error.__cause__.message.replace(url, redaction.HIDDEN))
    return error


async def _pulling(livekit: LiveKit, room: str) -> set[str]:
    infos = await listed(livekit, room)
    return {info.ingress_id for info in infos if input_of(info) == InputType.URL}
