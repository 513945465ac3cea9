"""The form for a job that is started again: what its request says, and what it doesn't."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.config.presets import Preset
from app.inputs.egress.from_outputs import Outputs, take_outputs
from app.inputs.egress.from_storage import take_storage
from app.inputs.egress.reader import Reader
from app.inputs.egress.start import StartEgress
from app.services.egress.states import EgressType

ENTER_AGAIN = "Enter it again: LiveKit doesn't report it."
TYPES = {
    EgressType.ROOM_COMPOSITE: "room_composite",
    EgressType.TEMPLATE: "room_composite",
    EgressType.PARTICIPANT: "participant",
    EgressType.TRACK_COMPOSITE: "track_composite",
    EgressType.TRACK: "track",
    EgressType.WEB: "web",
}
# The fields of each source, by LiveKit's names and by those of the form.
SOURCES = {
    "room_composite": ("layout", "audio_mixing", "custom_base_url"),
    "participant": ("identity", "screen_share"),
    "web": ("url", "await_start_signal"),
}
TRACKS = {"audio_track_id": "audio_track", "video_track_id": "video_track", "track_id": "track"}
NUMBERS = ("width", "height", "depth", "framerate", "audio_bitrate", "audio_frequency")
ENCODING = (*NUMBERS, "video_bitrate", "key_frame_interval", "audio_codec", "video_codec")


@dataclass(frozen=True, slots=True)
class Again:
    """The fields of the form, those that must be entered again, and what isn't carried over."""

    job: str = ""
    values: Mapping[str, Any] | None = None
    missing: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()

    def hint(self, name: str, otherwise: str = "") -> str:
        """Return the help of a field: that it must be entered again, or else the usual one."""
        return ENTER_AGAIN if name in self.missing else otherwise


def again(
    job: str, kind: EgressType, request: Mapping[str, Any], presets: Sequence[Preset]
) -> Again:
    """Return the form for a job by its request, as JSON with its secrets masked."""
    reader = Reader(deepcopy(dict(request)))
    room = reader.text("room_name", "room")
    if kind not in TYPES:
        note = f"This form can't start a job of the type {kind}. Choose a source below."
        return Again(job, {"room": room}, notes=(note, *_leftovers(reader)))
    reader.values |= {"type": TYPES[kind], "encoding": "", "layout": ""}
    _take_source(reader, TYPES[kind])
    _take_encoding(reader)
    outputs = take_outputs(reader)
    notes = [*_about(outputs), *take_storage(reader, outputs, presets)]
    values, refused = _valid(reader.values)
    notes += [f"{name}: this form doesn't know its value." for name in refused]
    return Again(job, values, frozenset(reader.missing), (*notes, *_leftovers(reader)))


def _take_source(reader: Reader, kind: str) -> None:
    """Take the source; in a request of the newer API it is a message of its own."""
    for name in ("template", "web"):
        if isinstance(nested := reader.left.pop(name, None), dict):
            reader.left |= nested
    audio, video = reader.flag("audio_only"), reader.flag("video_only")
    reader.values["media"] = "audio" if audio else "video" if video else "both"
    for name in SOURCES.get(kind, ()):
        if isinstance(reader.left.get(name), bool):
            reader.values[name] = reader.flag(name)
        elif name in reader.left:
            reader.text(name, name)
    for name, field in TRACKS.items():
        reader.text(name, field)
    if kind == "track" and "websocket_url" in reader.left:
        reader.values["direct"] = "websocket"
        reader.text("websocket_url", "websocket_url")


def _take_encoding(reader: Reader) -> None:
    if "preset" in reader.left:
        reader.values["encoding"] = reader.left.pop("preset")
    advanced = reader.left.get("advanced")
    if isinstance(advanced, dict):
        reader.values["encoding"] = "advanced"
        for name in ENCODING:
            if name in advanced:
                reader.values[name] = advanced.pop(name)


def _about(outputs: Outputs) -> Iterator[str]:
    if outputs.masked_urls:
        yield f"Enter the stream URLs again: {', '.join(outputs.masked_urls)}."
    if outputs.manifests_differ:
        yield "Only some outputs had a manifest; here it is one choice for all."


def _valid(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the values that the form accepts, and the names of the others."""
    try:
        StartEgress.model_validate(values)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors()}
        return {name: v for name, v in values.items() if name not in wrong}, sorted(wrong)
    return dict(values), []


def _leftovers(reader: Reader) -> list[str]:
    paths = sorted(set(reader.leftovers()))
    return [f"Not carried over: {', '.join(paths)}."] if paths else []
