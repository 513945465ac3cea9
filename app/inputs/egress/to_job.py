"""The job that a form describes; fields of options that are not selected are ignored."""

from collections.abc import Sequence
from dataclasses import replace

from app.config.presets import Preset as StoragePreset
from app.errors import Invalid
from app.inputs.egress.start import STREAM_SCHEMES, StartEgress, scheme
from app.inputs.egress.storage import preset_in, upload_fields
from app.services.egress import presets as storage_presets
from app.services.egress.new_job import (
    Encoding,
    File,
    Images,
    NewEgress,
    ParticipantTarget,
    Preset,
    RoomTarget,
    Segments,
    Storage,
    Stream,
    StreamProtocol,
    Target,
    TracksTarget,
    TrackTarget,
    WebTarget,
)


def new_egress(form: StartEgress, presets: Sequence[StoragePreset]) -> NewEgress:
    """Return the job that the form describes.

    Raises Invalid if it names a preset that isn't among `presets`.
    """
    new = _without_storage(form)
    if not (new.file or new.segments or new.images):
        return new
    if not preset_in(form.storage):
        return replace(new, storage=_storage(form))
    preset = storage_presets.named(presets, preset_in(form.storage))
    if preset is None:
        raise Invalid(fields={"storage": "This preset no longer exists. Choose another storage."})
    below = storage_presets.below(preset.path_prefix, new)
    return replace(below, storage=storage_presets.storage_of(preset))


def _without_storage(form: StartEgress) -> NewEgress:
    if form.type == "track":
        return NewEgress(_target(form), file=_file(form) if form.direct == "file" else None)
    return NewEgress(
        target=_target(form),
        file=_file(form) if form.file else None,
        stream=_stream(form) if form.stream else None,
        segments=_segments(form) if form.segments else None,
        images=_images(form) if form.images else None,
        encoding=_encoding(form),
    )


def _target(form: StartEgress) -> Target:
    match form.type:
        case "room_composite":
            return RoomTarget(
                form.room, form.layout, form.media, form.audio_mixing, form.custom_base_url
            )
        case "web":
            return WebTarget(form.url, form.media, form.await_start_signal)
        case "participant":
            return ParticipantTarget(form.room, form.identity, form.screen_share)
        case "track_composite":
            return TracksTarget(form.room, form.audio_track, form.video_track)
        case "track":
            websocket = form.websocket_url if form.direct == "websocket" else ""
            return TrackTarget(form.room, form.track, websocket)


def _file(form: StartEgress) -> File:
    return File(form.filepath, form.file_type, form.disable_manifest)


def _stream(form: StartEgress) -> Stream:
    protocols: dict[str, StreamProtocol] = {"RTMP": "RTMP", "SRT": "SRT"}
    return Stream(form.stream_urls, protocols[STREAM_SCHEMES[scheme(form.stream_urls[0])]])


def _segments(form: StartEgress) -> Segments:
    return Segments(
        filename_prefix=form.segments_prefix,
        playlist_name=form.playlist_name,
        live_playlist_name=form.live_playlist_name,
        segment_duration=form.segment_duration or 0,
        filename_suffix=form.segments_suffix,
        disable_manifest=form.disable_manifest,
    )


def _images(form: StartEgress) -> Images:
    return Images(
        filename_prefix=form.images_prefix,
        capture_interval=form.capture_interval or 0,
        width=form.image_width or 0,
        height=form.image_height or 0,
        filename_suffix=form.images_suffix,
        image_codec=form.image_codec,
        disable_manifest=form.disable_manifest,
    )


def _encoding(form: StartEgress) -> Preset | Encoding | None:
    if form.encoding == "":
        return None
    if form.encoding != "advanced":
        return form.encoding
    return Encoding(
        width=form.width or 0,
        height=form.height or 0,
        depth=form.depth or 0,
        framerate=form.framerate or 0,
        audio_codec=form.audio_codec,
        audio_bitrate=form.audio_bitrate or 0,
        audio_frequency=form.audio_frequency or 0,
        video_codec=form.video_codec,
        video_bitrate=form.video_bitrate or 0,
        key_frame_interval=form.key_frame_interval or 0.0,
    )


def _storage(form: StartEgress) -> Storage | None:
    if not form.storage:
        return None
    return Storage(storage_presets.PROVIDERS[form.storage], upload_fields(form))
