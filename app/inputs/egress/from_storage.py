"""The storage of a job that is started again: the preset with the same place, or its own fields."""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from app.config.presets import Preset
from app.inputs.egress.from_outputs import Outputs
from app.inputs.egress.reader import Reader
from app.inputs.egress.storage import PRESET, Storage
from app.services.egress import presets as storage_presets

PATHS = ("filepath", "playlist_name", "live_playlist_name", "segments_prefix", "images_prefix")
PROXY = ("url", "username", "password")


def take_storage(reader: Reader, outputs: Outputs, presets: Sequence[Preset]) -> Iterator[str]:
    """Fill in the storage, and return what must be said about it."""
    reader.left.pop("storage", None)  # of a newer request; each output has it by now
    stored = outputs.storages[0] if outputs.storages else {}
    if any(storage != stored for storage in outputs.storages):
        yield "The outputs went to different storage. Here all go to that of the first."
    if not stored:
        reader.values["storage"] = ""
        return
    provider, upload = next(iter(stored.items()))
    matching = storage_presets.matching(presets, provider, upload)
    usable = [preset for preset in matching if _all_below(reader, preset.path_prefix)]
    if usable:
        _use(reader, usable[0])
        yield (
            f"The preset {usable[0].name} has the same bucket and endpoint, so it is selected. "
            "Its credentials may differ from those of the job."
        )
        return
    _take_fields(reader, provider.lower(), deepcopy(upload))
    if "s3_access_key" in reader.missing:
        yield "LiveKit doesn't report whether there was a session token."


def _all_below(reader: Reader, prefix: str) -> bool:
    """Return whether every file of the job is below a folder; names may be left to the worker."""
    values = reader.values
    paths = [values[name] for name in ("filepath", "images_prefix") if values.get(name)]
    playlist = values.get("playlist_name", "")  # its folder is also that of the segments
    paths += filter(None, [playlist if "/" in playlist else values.get("segments_prefix", "")])
    unnamed = [kind for kind in ("file", "segments", "images") if values.get(kind)]
    return not prefix or (len(paths) >= len(unnamed) and all(p.startswith(prefix) for p in paths))


def _use(reader: Reader, preset: Preset) -> None:
    reader.values["storage"] = f"{PRESET}{preset.name}"
    for name in PATHS:
        if name in reader.values:
            reader.values[name] = reader.values[name].removeprefix(preset.path_prefix)


def _take_fields(reader: Reader, provider: str, upload: dict[str, Any]) -> None:
    reader.values["storage"] = provider
    metadata = upload.pop("metadata", {})
    reader.values["s3_metadata"] = "\n".join(f"{n}={v}" for n, v in metadata.items())
    proxy = upload.pop("proxy", {})
    for name in PROXY:
        reader.take(proxy, name, f"proxy_{name}")
    for name in list(upload):
        field = f"{provider}_{name}"
        if field not in Storage.model_fields:
            continue
        if isinstance(upload[name], bool):
            reader.values[field] = upload.pop(name)
        else:
            reader.take(upload, name, field)
    if upload or proxy:
        reader.left["storage"] = {provider: upload | ({"proxy": proxy} if proxy else {})}
