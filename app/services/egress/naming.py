"""The names that livekit-egress gives to files, as far as they are known before the job starts.

The rules are those of its pkg/config: output_file.go, output_segment.go, output_image.go, and the
extension by codecs of pipeline.go. What is known only at the start keeps its placeholder.
"""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.services.egress.new_job import (
    Encoding,
    File,
    Images,
    NewEgress,
    ParticipantTarget,
    RoomTarget,
    Segments,
    Target,
    TracksTarget,
    TrackTarget,
    WebTarget,
)
from app.services.egress.states import OutputKind

EXTENSIONS = (".raw", ".ogg", ".ivf", ".mp4", ".mp3", ".ts", ".webm", ".m3u8", ".jpeg")
BY_TYPE = {"MP4": ".mp4", "OGG": ".ogg", "MP3": ".mp3"}
# What a placeholder becomes once the job starts.
LATER = {
    "{time}": "start time on the worker's clock",
    "{utc}": "start time on the worker's clock, to the millisecond",
    "{room_id}": "SID of the room",
    "{room_name}": "name of the room",
    "{track_id}": "SID of the track",
    "{publisher_identity}": "identity of the publisher",
    "{track_type}": "audio or video",
    "{track_source}": "source of the track, such as camera",
    "{extension}": "type of file by codec: .ogg for Opus, .mp4 for H.264, .webm for VP8 and VP9",
    "{number}": "00000, 00001 and so on",
    "{timestamp}": "time of the segment or image",
}
ANY = re.compile(r"\{[a-z_]+\}")
OF_ROOM = ("{room_id}", "{time}", "{utc}")
OF_WEB = ("{time}", "{utc}")
OF_TRACK = ("{publisher_identity}", "{track_type}", "{track_source}")


class Part(NamedTuple):
    """A piece of a name; `later` is what it becomes at the start, empty if it is known."""

    text: str
    later: str = ""


def parts(name: str) -> Iterator[Part]:
    """Split a name into what is known and what isn't."""
    end = 0
    for match in ANY.finditer(name):
        if match[0] in LATER:
            yield Part(name[end : match.start()])
            yield Part(match[0], LATER[match[0]])
            end = match.end()
    yield Part(name[end:])


class Planned(NamedTuple):
    """One output that would be written: its name, and those of the files that belong to it."""

    kind: OutputKind
    name: str
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All names, the output's own first."""
        return (self.name, *self.others)


@dataclass(frozen=True, slots=True)
class Naming:
    """How one job names its files: by `fallback`, and with the values of placeholders.

    `later` are the placeholders that the worker fills in when the job starts; others stay as text.
    """

    fallback: str
    known: Mapping[str, str] = field(default_factory=dict)
    later: tuple[str, ...] = OF_ROOM

    def file(self, path: str, extension: str) -> str:
        """Return the name of a file."""
        name = self._filled(path)
        if not name or name.endswith("/"):
            return f"{name}{self.fallback}-{{time}}{extension}"
        return name if name.endswith(extension) else _bare(name) + extension

    def segments(self, segments: Segments) -> tuple[str, str, str]:
        """Return the names of the playlist, the live playlist and the segments.

        The second is empty without a live playlist.
        """
        folder, listed = posixpath.split(self._filled(segments.playlist_name))
        live = posixpath.split(self._filled(segments.live_playlist_name))[1]
        below, start = posixpath.split(self._filled(segments.filename_prefix))
        listed, live = _without_extension(listed), _without_extension(live)
        if not folder:
            folder, below = below, ""
        elif folder == below:
            below = ""
        listed = listed or start or f"{self.fallback}-{{time}}"
        mark = "{number}" if segments.filename_suffix == "INDEX" else "{timestamp}"
        return (
            _joined(folder, f"{listed}.m3u8"),
            _joined(folder, f"{live}.m3u8") if live else "",
            _joined(folder, below, f"{start or listed}_{mark}.ts"),
        )

    def images(self, images: Images) -> str:
        """Return the name of each image."""
        folder, start = posixpath.split(self._filled(images.filename_prefix))
        start = start or f"{self.fallback}-{{time}}"
        marks = {"IMAGE_SUFFIX_INDEX": "_{number}", "IMAGE_SUFFIX_TIMESTAMP": "_{timestamp}"}
        return _joined(folder, f"{start}{marks.get(images.filename_suffix, '')}.jpeg")

    def unknown(self, path: str) -> list[str]:
        """Return what looks like a placeholder in a path but stays in the name as it is."""
        placeholders = dict.fromkeys(ANY.findall(path))
        return [each for each in placeholders if each not in {*self.known, *self.later}]

    def _filled(self, path: str) -> str:
        return ANY.sub(lambda match: self.known.get(match[0], match[0]), cleaned(path))


def planned(new: NewEgress, *, streams: bool) -> tuple[Planned, ...]:
    """Return the files that a job would write; `streams` if it also streams."""
    naming, video = _naming(new.target)
    files = []
    if new.file:
        direct = isinstance(new.target, TrackTarget)
        end = "{extension}" if direct else _extension(new, new.file, video=video, streams=streams)
        files.append(Planned(OutputKind.FILE, naming.file(new.file.filepath, end)))
    if new.segments:
        playlist, live, piece = naming.segments(new.segments)
        files.append(Planned(OutputKind.SEGMENTS, playlist, tuple(filter(None, (live, piece)))))
    if new.images:
        files.append(Planned(OutputKind.IMAGES, naming.images(new.images)))
    return tuple(files)


def unknown(new: NewEgress) -> list[str]:
    """Return what looks like a placeholder in a path of the job but isn't one."""
    naming, _ = _naming(new.target)
    paths = []
    if new.file:
        paths.append(new.file.filepath)
    if new.segments:
        segments = new.segments
        paths += [segments.playlist_name, segments.live_playlist_name, segments.filename_prefix]
    if new.images:
        paths.append(new.images.filename_prefix)
    return naming.unknown("/".join(paths))


def _naming(target: Target) -> tuple[Naming, bool]:
    """Return how the job names its files, and whether it records video."""
    if isinstance(target, WebTarget):
        return Naming("web", later=OF_WEB), target.media != "audio"
    later = OF_ROOM if target.room else (*OF_ROOM, "{room_name}")
    known = {"{room_name}": target.room} if target.room else {}
    fallback = target.room or "{room_name}"
    match target:
        case RoomTarget():
            return Naming(fallback, known, later), target.media != "audio"
        case ParticipantTarget(identity=identity):
            known |= {"{publisher_identity}": identity} if identity else {}
            return Naming(fallback, known, (*later, "{publisher_identity}")), True
        case TracksTarget():
            video = bool(target.video_track or not target.audio_track)
            return Naming(fallback, known, (*later, "{publisher_identity}")), video
        case TrackTarget(track=track):
            known |= {"{track_id}": track} if track else {}
            return Naming(track or "{track_id}", known, (*later, *OF_TRACK, "{track_id}")), True


def cleaned(path: str) -> str:
    """Return a path as Go's path.Clean and livekit-egress leave it: never above its folder."""
    if not path:
        return ""
    clean = posixpath.normpath(path)
    clean = clean[1:] if clean.startswith("//") else clean
    while clean.startswith("../"):
        clean = clean[3:]
    if clean in {".", ".."}:
        return ""
    return clean + "/" if path.endswith("/") and clean != "/" else clean


def _extension(new: NewEgress, file: File, *, video: bool, streams: bool) -> str:
    """Return the extension of an encoded file.

    By default it follows from the codecs: streams and segments need AAC, which OGG can't contain.
    """
    encoding = new.encoding if isinstance(new.encoding, Encoding) else Encoding()
    if file.file_type in BY_TYPE:
        return BY_TYPE[file.file_type]
    if video:
        return "{extension}" if encoding.video_codec == "VP8" else ".mp4"
    if encoding.audio_codec == "AC_MP3":
        return ".mp3"
    opus = encoding.audio_codec in {"DEFAULT_AC", "OPUS"} and not (streams or new.segments)
    return ".ogg" if opus else ".mp4"


def _joined(*pieces: str) -> str:
    return posixpath.normpath("/".join(filter(None, pieces)))


def _bare(name: str) -> str:
    stem, dot, end = name.rpartition(".")
    return stem if dot and f".{end}" in EXTENSIONS else name


def _without_extension(name: str) -> str:
    """Drop an extension of a playlist, whatever it is, as livekit-egress does."""
    return name.rpartition(".")[0] if "." in name else name
