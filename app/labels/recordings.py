"""Labels of recordings: what files they are, and whether these are still there."""

from app.labels.label import Label, Labels
from app.services.recordings.states import FileState, RecordingKind

RECORDINGS: Labels = {
    RecordingKind: {
        RecordingKind.MP4: Label("MP4", "", "Video with sound, or sound alone, in one file."),
        RecordingKind.WEBM: Label("WebM", "", "A track as it was published."),
        RecordingKind.OGG: Label("Ogg", "", "Sound in one file."),
        RecordingKind.M4A: Label("M4A", "", "Sound in one file."),
        RecordingKind.MP3: Label("MP3", "", "Sound in one file."),
        RecordingKind.HLS: Label("HLS", "", "A playlist, and segments that it names."),
        RecordingKind.IMAGES: Label("images", "", "Pictures taken at an interval."),
        RecordingKind.OTHER: Label("other", "", "A file whose ending isn't known."),
    },
    FileState: {
        FileState.UNCHECKED: Label("not checked", "", "Nobody has looked for the file yet."),
        FileState.THERE: Label("there", "ok", "The last check found it with the reported size."),
        FileState.DIFFERENT: Label(
            "other size", "warn", "The last check found a file of another size than reported."
        ),
        FileState.MISSING: Label(
            "missing", "bad", "The last check found the storage, but no such file in it."
        ),
        FileState.UNREACHABLE: Label(
            "not reachable", "", "No storage that the dashboard knows holds this file."
        ),
        FileState.DELETED: Label("deleted", "", "It was deleted from here."),
    },
}
