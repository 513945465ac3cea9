"""Labels of egress and ingress."""

from app.labels.label import NEWER, Label, Labels
from app.services.egress.states import EgressStatus, EgressType, OutputKind, StreamStatus
from app.services.ingress.states import AudioPreset, IngressStatus, InputType, VideoPreset

MEDIA: Labels = {
    EgressStatus: {
        EgressStatus.STARTING: Label(
            "starting", "warn", "A worker took the job; nothing is recorded yet."
        ),
        EgressStatus.ACTIVE: Label("active", "ok", "It records or streams now."),
        EgressStatus.ENDING: Label(
            "ending", "warn", "It has stopped recording; files are being finished and uploaded."
        ),
        EgressStatus.COMPLETE: Label(
            "complete", "", "It ended as asked, and its outputs are whole."
        ),
        EgressStatus.FAILED: Label(
            "failed", "bad", "It ended by an error; outputs may be missing or cut short."
        ),
        EgressStatus.ABORTED: Label("aborted", "warn", "It ended before it recorded anything."),
        EgressStatus.LIMIT_REACHED: Label(
            "limit reached",
            "warn",
            "It ran as long as the worker's session limit allows; its outputs end there.",
        ),
        EgressStatus.UNKNOWN: NEWER,
    },
    EgressType: {
        EgressType.ROOM_COMPOSITE: Label("room", "", "The whole room as a web page lays it out."),
        EgressType.WEB: Label("web page", "", "Any web page, as a browser shows it."),
        EgressType.PARTICIPANT: Label(
            "participant", "", "One participant's audio and video, whatever tracks come and go."
        ),
        EgressType.TRACK_COMPOSITE: Label(
            "two tracks", "", "One audio and one video track in one file or stream."
        ),
        EgressType.TRACK: Label("track", "", "One track as it is, without encoding it anew."),
        EgressType.TEMPLATE: Label("template", "", "A room as a template lays it out."),
        EgressType.MEDIA: Label("media", "", "Chosen tracks and participants of a room."),
        EgressType.REPLAY: Label("replay", "", "An earlier recording, exported."),
        EgressType.UNKNOWN: NEWER,
    },
    OutputKind: {
        OutputKind.FILE: Label("file", "", "One file, written or uploaded when the job ends."),
        OutputKind.STREAM: Label("stream", "", "Sent on to another server while it runs."),
        OutputKind.SEGMENTS: Label(
            "HLS", "", "Short segments and a playlist, uploaded while it runs."
        ),
        OutputKind.IMAGES: Label("images", "", "Still pictures at an interval."),
        OutputKind.WEBSOCKET: Label("websocket", "", "Raw audio sent to a websocket."),
    },
    StreamStatus: {
        StreamStatus.ACTIVE: Label("active", "ok", "The other server takes it."),
        StreamStatus.FINISHED: Label("finished", "", "It ended as asked."),
        StreamStatus.FAILED: Label("failed", "bad", "The other server refused it or went away."),
        StreamStatus.UNKNOWN: NEWER,
    },
    IngressStatus: {
        IngressStatus.INACTIVE: Label("inactive", "", "Nothing is sent to it now."),
        IngressStatus.BUFFERING: Label(
            "buffering", "warn", "Media arrives; it is not in the room yet."
        ),
        IngressStatus.PUBLISHING: Label("publishing", "ok", "Its media is in the room."),
        IngressStatus.ERROR: Label("error", "bad", "It ended by an error."),
        IngressStatus.COMPLETE: Label("complete", "", "Its source came to an end."),
        IngressStatus.UNKNOWN: NEWER,
    },
    InputType: {
        InputType.RTMP: Label("RTMP", "", "An encoder such as OBS or ffmpeg pushes to it."),
        InputType.WHIP: Label(
            "WHIP", "", "An encoder pushes to it over WebRTC, with the least delay."
        ),
        InputType.URL: Label("URL", "", "The ingress worker pulls from an address."),
        InputType.UNKNOWN: NEWER,
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
            "720p, motion", "", "720p, 30 fps, 3 layers, 2.5 Mbit/s for much motion."
        ),
        VideoPreset.P1080_3_MOTION: Label(
            "1080p, motion", "", "1080p, 30 fps, 3 layers, 4.5 Mbit/s for much motion."
        ),
        VideoPreset.P540_2_MOTION: Label(
            "540p, motion", "", "540p, 25 fps, 2 layers, 1.3 Mbit/s for much motion."
        ),
        VideoPreset.P720_1_MOTION: Label(
            "720p, motion", "", "720p, 30 fps, 1 layer, 2.5 Mbit/s for much motion."
        ),
        VideoPreset.P1080_1_MOTION: Label(
            "1080p, motion", "", "1080p, 30 fps, 1 layer, 4.5 Mbit/s for much motion."
        ),
        VideoPreset.UNKNOWN: NEWER,
    },
}
