"""Storage presets: what a job is started with, and which preset an earlier job may have used."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from pydantic import SecretStr

from app.config.presets import Preset
from app.services.egress.naming import cleaned
from app.services.egress.new_job import NewEgress, Segments, Storage

Provider = Literal["s3", "gcp", "azure", "aliOSS"]
PROVIDERS: dict[str, Provider] = {"s3": "s3", "gcp": "gcp", "azure": "azure", "alioss": "aliOSS"}
OWN = frozenset({"name", "type", "path_prefix"})
# What tells one place from another; LiveKit reports no account name.
PLACE = ("bucket", "container_name", "region", "endpoint", "force_path_style")


def named(presets: Sequence[Preset], name: str) -> Preset | None:
    """Return the preset with this name, or None if it doesn't exist or was removed."""
    return next((preset for preset in presets if preset.name == name), None)


def storage_of(preset: Preset) -> Storage:
    """Return the storage of a preset with its credentials."""
    values: dict[str, Any] = {}
    for name in type(preset).model_fields.keys() - OWN:
        value = getattr(preset, name)
        if value:
            values[name] = value.get_secret_value() if isinstance(value, SecretStr) else value
    proxy = {part: values.pop(f"proxy_{part}", "") for part in ("url", "username", "password")}
    return Storage(PROVIDERS[preset.type], values | ({"proxy": proxy} if proxy["url"] else {}))


def below(prefix: str, new: NewEgress) -> NewEgress:
    """Return the job with all its files below `prefix`, which is empty or ends in a slash."""
    if not prefix:
        return new
    file, segments, images = new.file, new.segments, new.images
    return replace(
        new,
        file=file and replace(file, filepath=_below(prefix, file.filepath)),
        segments=segments and _segments_below(prefix, segments),
        images=images and replace(images, filename_prefix=_below(prefix, images.filename_prefix)),
    )


def _below(prefix: str, path: str) -> str:
    return prefix + cleaned(path).lstrip("/")


def _segments_below(prefix: str, segments: Segments) -> Segments:
    """Put the prefix where livekit-egress takes the folder of all three names from."""
    playlist, start = cleaned(segments.playlist_name), cleaned(segments.filename_prefix)
    live = cleaned(segments.live_playlist_name)
    folder, folder_of_start = _folder(playlist), _folder(start)
    if folder:
        playlist = _below(prefix, playlist)
    if not folder or folder == folder_of_start:
        start = _below(prefix, start)
    if _folder(live):
        live = _below(prefix, live)
    return replace(segments, playlist_name=playlist, filename_prefix=start, live_playlist_name=live)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def matching(presets: Sequence[Preset], provider: str, values: Mapping[str, Any]) -> list[Preset]:
    """Return the presets that upload to the same place as a job did, by LiveKit's field names."""
    return [
        preset
        for preset in presets
        if PROVIDERS[preset.type] == provider
        and all(_same(getattr(preset, name, None), values.get(name)) for name in PLACE)
    ]


def _same(ours: object, theirs: object) -> bool:
    return (ours or None) == (theirs or None)
