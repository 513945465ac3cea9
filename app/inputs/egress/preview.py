"""What a form that is still being filled in would write, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from app.config.presets import Preset
from app.errors import Invalid
from app.inputs.egress.start import StartEgress
from app.inputs.egress.storage import preset_in
from app.inputs.egress.to_job import new_egress
from app.services.egress import naming
from app.services.egress.naming import LATER, Part, Planned

# The fields that names and places depend on. A page sends them in an address, so none of them may
# be a credential; a stream's URL is one.
FIELDS = (
    *("type", "room", "media", "identity", "audio_track", "video_track", "track", "direct"),
    *("file", "filepath", "file_type", "stream", "segments", "segments_prefix", "playlist_name"),
    *("live_playlist_name", "segments_suffix", "images", "images_prefix", "images_suffix"),
    *("encoding", "video_codec", "audio_codec", "storage"),
    *("s3_bucket", "gcp_bucket", "azure_container_name", "alioss_bucket"),
)


@dataclass(frozen=True, slots=True)
class Preview:
    """The files of a job, and the bucket that they go to.

    `storage` is the form's own choice. `bucket` is empty for the worker's storage, and until one is
    entered. `unknown` are words in braces that are no placeholders.
    """

    files: tuple[Planned, ...]
    streaming: bool
    storage: str
    preset: str
    bucket: str
    unknown: tuple[str, ...]

    @property
    def later(self) -> dict[str, str]:
        """The placeholders in the names that the worker fills in, and with what."""
        names = "".join(name for planned in self.files for name in planned.names)
        return {name: meaning for name, meaning in LATER.items() if name in names}

    def parts(self, name: str) -> list[Part]:
        """Return a file's name in pieces that are known, or not yet."""
        return [part for part in naming.parts(name) if part.text]


def preview(values: Mapping[str, str | list[str]], presets: Sequence[Preset]) -> Preview:
    """Return what would be written; a field that isn't valid counts as if it had its default."""
    form = _form(values)
    streaming = form.stream and form.type != "track"
    files = form.model_copy(update={"stream": False})
    try:
        new = new_egress(files, presets)
    except Invalid:  # the preset no longer exists
        new = new_egress(files.model_copy(update={"storage": ""}), presets)
    stored = new.storage.values if new.storage else {}
    return Preview(
        files=naming.planned(new, streams=streaming),
        streaming=streaming,
        storage=form.storage,
        preset=preset_in(form.storage),
        bucket=str(stored.get("bucket") or stored.get("container_name") or ""),
        unknown=tuple(naming.unknown(new)),
    )


def _form(values: Mapping[str, str | list[str]]) -> StartEgress:
    fields = StartEgress.model_fields
    typed: dict[str, object] = {
        name: bool(values.get(name)) if fields[name].annotation is bool else values[name]
        for name in FIELDS
        if name in values or fields[name].annotation is bool
    }
    try:
        return StartEgress.model_validate(typed)
    except ValidationError as error:
        wrong = {problem["loc"][0] for problem in error.errors()}
        return StartEgress.model_validate({n: v for n, v in typed.items() if n not in wrong})
