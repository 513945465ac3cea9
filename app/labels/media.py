"""Labels of egress and ingress."""

from app.labels.label import NEWER, Label, Labels
from app.services.egress.states import (
    EgressStatus,
    EgressType,
    OutputKind,
    OutputState,
    StreamStatus,
)
from app.services.ingress.states import AudioPreset, IngressStatus, InputType, VideoPreset

MEDIA: Labels = {
    EgressStatus: {
        EgressStatus.STARTING: Label(
            "starting", "warn", "A worker accepted the job; nothing is recorded yet."
        ),
        EgressStatus.ACTIVE: Label("active", "ok", "Recording or streaming."),
        EgressStatus.ENDING: Label(
            "ending", "warn", "Recording has stopped; files are being finalized and uploaded."
        ),
        EgressStatus.COMPLETE: Label(
            "complete", "", "Ended as requested; its outputs are complete."
        ),
        EgressStatus.FAILED: Label("failed", "bad", "Failed; outputs may be missing or truncated."),
        EgressStatus.ABORTED: Label("aborted", "warn", "Ended before anything was recorded."),
        EgressStatus.LIMIT_REACHED: Label(
            "limit reached",
            "warn",
            "Reached the worker's session limit; its outputs end there.",
        ),
    },
    EgressType: {
        EgressType.ROOM_COMPOSITE: Label("room", "", "The whole room, as a web page lays it out."),
        EgressType.WEB: Label("web page", "", "Any web page, as a browser shows it."),
        EgressType.PARTICIPANT: Label(
            "participant", "", "One participant's audio and video, even if the tracks change."
        ),
        EgressType.TRACK_COMPOSITE: Label(
            "two tracks", "", "One audio and one video track in one file or stream."
        ),
        EgressType.TRACK: Label("track", "", "One track, without transcoding."),
        EgressType.TEMPLATE: Label("template", "", "A room, as a template lays it out."),
        EgressType.MEDIA: Label("media", "", "Selected tracks and participants of a room."),
        EgressType.REPLAY: Label("replay", "", "An export of an earlier recording."),
        EgressType.UNKNOWN: NEWER,
    },
    OutputKind: {
        OutputKind.FILE: Label("file", "", "One file, written or uploaded when the job ends."),
        OutputKind.STREAM: Label("stream", "", "Sent to another server while the job runs."),
        OutputKind.SEGMENTS: Label(
            "HLS", "", "Short segments and a playlist, uploaded while the job runs."
        ),
        OutputKind.IMAGES: Label("images", "", "Still pictures at an interval."),
        OutputKind.WEBSOCKET: Label("websocket", "", "Raw audio sent to a websocket."),
    },
    OutputState: {
        OutputState.PENDING: Label("pending", "", "Nothing is recorded yet."),
        OutputState.RECORDING: Label(
            "recording", "ok", "Being recorded; uploaded when the job ends."
        ),
        OutputState.UPLOADING: Label("uploading", "warn", "Being finalized and uploaded."),
        OutputState.DONE: Label("done", "", "Completely written or uploaded."),
        OutputState.FAILED: Label(
            "failed", "bad", "The job failed; it may be missing or truncated."
        ),
        OutputState.NOT_RECORDED: Label(
            "not recorded", "warn", "The job ended before anything was recorded."
        ),
        OutputState.UNKNOWN: Label("unknown", "", "LiveKit reports nothing to infer it from."),
    },
    StreamStatus: {
        StreamStatus.ACTIVE: Label("active", "ok", "The destination accepts it."),
        StreamStatus.FINISHED: Label("finished", "", "Ended as requested."),
        StreamStatus.FAILED: Label("failed", "bad", "The destination rejected it or disconnected."),
    },
    IngressStatus: {
        IngressStatus.INACTIVE: Label("inactive", "", "Not receiving media."),
        IngressStatus.BUFFERING: Label(
            "buffering", "warn", "Receiving media that isn't published to the room yet."
        ),
        IngressStatus.PUBLISHING: Label("publishing", "ok", "Publishing its media to the room."),
        IngressStatus.ERROR: Label("error", "bad", "Ended with an error."),
        IngressStatus.COMPLETE: Label("complete", "", "Its source has ended."),
    },
    InputType: {
        InputType.RTMP: Label("RTMP", "", "An encoder such as OBS or ffmpeg pushes to it."),
        InputType.WHIP: Label(
            "WHIP", "", "An encoder pushes to it over WebRTC, with the lowest latency."
        ),
        InputType.URL: Label("URL", "", "The ingress worker pulls from a URL."),
    },
    AudioPreset: {
        AudioPreset.STEREO: Label("stereo", "", "Opus, stereo, 96 kbit/s."),
        AudioPreset.MONO: Label("mono", "", "Opus, mono, 64 kbit/s."),
        AudioPreset.UNKNOWN: NEWER,
    },
    VideoPreset: {
        VideoPreset.P720_3: Label("720p, 3 layers", "", "720p, 30 fps, 3 layers, 1.9 Mbit/s."),
        VideoPreset.P1080_3: Label("1080p, 3 layers", "", "1080p, 30 fps, 3 layers, 3.5 Mbit/s."),
        VideoPreset.P540_2: Label("540p, 2 layers", "", "540p, 25 fps, 2 layers, 1 Mbit/s."),
        VideoPreset.P720_1: Label("720p", "", "720p, 30 fps, 1 layer, 1.9 Mbit/s."),
        VideoPreset.P1080_1: Label("1080p", "", "1080p, 30 fps, 1 layer, 3.5 Mbit/s."),
        VideoPreset.P720_3_MOTION: Label(
            "720p, motion", "", "720p, 30 fps, 3 layers, 2.5 Mbit/s (high motion)."
        ),
        VideoPreset.P1080_3_MOTION: Label(
            "1080p, motion", "", "1080p, 30 fps, 3 layers, 4.5 Mbit/s (high motion)."
        ),
        VideoPreset.P540_2_MOTION: Label(
            "540p, motion", "", "540p, 25 fps, 2 layers, 1.3 Mbit/s (high motion)."
        ),
        VideoPreset.P720_1_MOTION: Label(
            "720p, motion", "", "720p, 30 fps, 1 layer, 2.5 Mbit/s (high motion)."
        ),
        VideoPreset.P1080_1_MOTION: Label(
            "1080p, motion", "", "1080p, 30 fps, 1 layer, 4.5 Mbit/s (high motion)."
        ),
        VideoPreset.UNKNOWN: NEWER,
    },
}
