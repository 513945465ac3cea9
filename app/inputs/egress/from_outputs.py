"""The outputs of a request as fields of the form, which has one of each type."""

from dataclasses import dataclass, field
from typing import Any

from app.inputs.egress.reader import Reader, is_masked

PROVIDERS = ("s3", "gcp", "azure", "aliOSS")
LISTS = {
    "file": "file_outputs",
    "stream": "stream_outputs",
    "segments": "segment_outputs",
    "images": "image_outputs",
}
# The form's names of the fields that each output has in LiveKit's request.
FIELDS: dict[str, dict[str, str]] = {
    "file": {"filepath": "filepath", "file_type": "file_type"},
    "segments": {
        "filename_prefix": "segments_prefix",
        "playlist_name": "playlist_name",
        "live_playlist_name": "live_playlist_name",
        "segment_duration": "segment_duration",
        "filename_suffix": "segments_suffix",
    },
    "images": {
        "capture_interval": "capture_interval",
        "width": "image_width",
        "height": "image_height",
        "filename_prefix": "images_prefix",
        "filename_suffix": "images_suffix",
        "image_codec": "image_codec",
    },
}
# These follow from the URLs, and from the type of the output.
DERIVED = {"stream": "protocol", "segments": "protocol"}


@dataclass
class Outputs:
    """What the outputs of a request need beyond their own fields.

    `storages` has the storage of each output that has files; empty for the worker's own.
    """

    storages: list[dict[str, Any]] = field(default_factory=list)
    masked_urls: list[str] = field(default_factory=list)
    manifests: set[bool] = field(default_factory=set)

    @property
    def manifests_differ(self) -> bool:
        """True if some outputs have a manifest and others don't."""
        return len(self.manifests) > 1


def take_outputs(reader: Reader) -> Outputs:
    """Take the first output of each type; the others stay among what isn't carried over."""
    found = Outputs()
    reader.values["file"] = False
    for kind in LISTS:
        output = _first(reader.left, kind)
        if output is None:
            continue
        reader.values[kind] = True
        reader.values |= {
            ours: output.pop(theirs)
            for theirs, ours in FIELDS.get(kind, {}).items()
            if theirs in output
        }
        output.pop(DERIVED.get(kind, ""), None)
        if kind == "stream":
            _take_urls(reader, found, output)
            continue
        found.manifests.add(not output.pop("disable_manifest", False))
        found.storages.append({p: output.pop(p) for p in PROVIDERS if p in output})
    reader.values["disable_manifest"] = False in found.manifests
    return found


def _first(left: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """Return the first output of a type, wherever old and new requests have it."""
    listed = left.get(LISTS[kind])
    if isinstance(listed, list) and listed and isinstance(listed[0], dict):
        return listed[0]
    if isinstance(left.get(kind), dict):
        alone: dict[str, Any] = left[kind]
        return alone
    for output in left.get("outputs", ()):
        if isinstance(output.get(kind), dict):
            newer: dict[str, Any] = output[kind]
            newer |= output.pop("storage", left.get("storage", {}))
            return newer
    return None


def _take_urls(reader: Reader, found: Outputs, output: dict[str, Any]) -> None:
    urls = [str(url) for url in output.pop("urls", ())]
    found.masked_urls = [url for url in urls if is_masked(url)]
    reader.values["urls"] = "\n".join(url for url in urls if not is_masked(url))
    if found.masked_urls:
        reader.missing.add("urls")
