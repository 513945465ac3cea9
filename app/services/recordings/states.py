"""What kinds of files egress writes, and what is known of each."""

from enum import StrEnum


class RecordingKind(StrEnum):
    """What a result is: a file by its ending, or many files."""

    MP4 = "mp4"
    WEBM = "webm"
    OGG = "ogg"
    M4A = "m4a"
    MP3 = "mp3"
    HLS = "hls"
    IMAGES = "images"
    OTHER = "other"


class FileState(StrEnum):
    """What the last check of a file found."""

    UNCHECKED = "unchecked"
    THERE = "there"
    DIFFERENT = "different"
    MISSING = "missing"
    UNREACHABLE = "unreachable"
    DELETED = "deleted"


# Results that are one file: these can be played, sent and deleted here.
MANY_FILES = frozenset({RecordingKind.HLS, RecordingKind.IMAGES})
# The dashboard can do nothing with these: they are forgotten when their session is.
OUT_OF_REACH = frozenset({FileState.DELETED, FileState.MISSING, FileState.UNREACHABLE})
BY_ENDING = {
    kind.value: kind
    for kind in RecordingKind
    if kind not in MANY_FILES and kind is not RecordingKind.OTHER
}


def kind_of(filename: str) -> RecordingKind:
    """Return the kind of a file by its ending."""
    name = filename.rpartition("/")[2]
    return BY_ENDING.get(name.rpartition(".")[2].lower(), RecordingKind.OTHER)
