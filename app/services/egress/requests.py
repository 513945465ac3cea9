"""A new egress job as one of LiveKit's five requests."""

from dataclasses import asdict
from typing import Any

from google.protobuf.message import Message
from livekit.api import (
    DirectFileOutput,
    EncodedFileOutput,
    ImageOutput,
    ParticipantEgressRequest,
    RoomCompositeEgressRequest,
    SegmentedFileOutput,
    StreamOutput,
    TrackCompositeEgressRequest,
    TrackEgressRequest,
    WebEgressRequest,
)
from livekit.protocol import egress

from app.services.egress.new_job import (
    Encoding,
    File,
    Media,
    NewEgress,
    ParticipantTarget,
    RoomTarget,
    Storage,
    TracksTarget,
    TrackTarget,
    WebTarget,
)
from app.services.webhooks.own import OwnWebhook


def request_for(new: NewEgress, own: OwnWebhook | None = None) -> Message:
    """Return LiveKit's request for a job, which also reports to `own`."""
    request: Any = _request(new)
    if own:
        request.webhooks.add(url=own.url, signing_key=own.signing_key)
    started: Message = request
    return started


def _request(new: NewEgress) -> Message:
    match new.target:
        case RoomTarget() as room:
            return RoomCompositeEgressRequest(
                room_name=room.room,
                layout=room.layout,
                audio_mixing=room.audio_mixing,
                custom_base_url=room.custom_base_url,
                **_media(room.media),
                **_outputs(new),
            )
        case WebTarget() as web:
            return WebEgressRequest(
                url=web.url,
                await_start_signal=web.await_start_signal,
                **_media(web.media),
                **_outputs(new),
            )
        case ParticipantTarget() as who:
            return ParticipantEgressRequest(
                room_name=who.room,
                identity=who.identity,
                screen_share=who.screen_share,
                **_outputs(new),
            )
        case TracksTarget() as tracks:
            return TrackCompositeEgressRequest(
                room_name=tracks.room,
                audio_track_id=tracks.audio_track,
                video_track_id=tracks.video_track,
                **_outputs(new),
            )
        case TrackTarget() as track:
            return TrackEgressRequest(
                room_name=track.room, track_id=track.track, **_direct(new, track)
            )


def _media(media: Media) -> dict[str, Any]:
    return {"audio_only": media == "audio", "video_only": media == "video"}


def _direct(new: NewEgress, track: TrackTarget) -> dict[str, Any]:
    if track.websocket_url:
        return {"websocket_url": track.websocket_url}
    file = new.file or File()
    output = DirectFileOutput(
        filepath=file.filepath, disable_manifest=file.disable_manifest, **_upload(new.storage)
    )
    return {"file": output}


def _outputs(new: NewEgress) -> dict[str, Any]:
    upload = _upload(new.storage)
    fields: dict[str, Any] = {}
    if new.file:
        fields["file_outputs"] = [EncodedFileOutput(**asdict(new.file), **upload)]
    if new.stream:
        fields["stream_outputs"] = [StreamOutput(**asdict(new.stream))]
    if new.segments:
        fields["segment_outputs"] = [SegmentedFileOutput(**asdict(new.segments), **upload)]
    if new.images:
        fields["image_outputs"] = [ImageOutput(**asdict(new.images), **upload)]
    if isinstance(new.encoding, Encoding):
        fields["advanced"] = egress.EncodingOptions(**asdict(new.encoding))
    elif new.encoding:
        fields["preset"] = new.encoding
    return fields


def _upload(storage: Storage | None) -> dict[str, Any]:
    if storage is None:
        return {}
    upload: type[Message] = {
        "s3": egress.S3Upload,
        "gcp": egress.GCPUpload,
        "azure": egress.AzureBlobUpload,
        "aliOSS": egress.AliOSSUpload,
    }[storage.provider]
    return {storage.provider: upload(**storage.values)}
