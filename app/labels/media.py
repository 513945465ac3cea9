"""Labels of egress and ingress."""

from app.labels.label import NEWER, Word, Words
from app.services.egress.states import EgressStatus, EgressType, OutputKind, StreamStatus
from app.services.ingress.states import AudioPreset, IngressStatus, InputType, VideoPreset

MEDIA: Words = {
    EgressStatus: {
        EgressStatus.STARTING: Word(
            "starting", "warn", "A worker took the job; nothing is recorded yet."
        ),
        EgressStatus.ACTIVE: Word("active", "ok", "It records or streams now."),
        EgressStatus.ENDING: Word(
            "ending", "warn", "It has stopped recording; files are being finished and uploaded."
        ),
        EgressStatus.COMPLETE: Word(
            "complete", "", "It ended as asked, and its outputs are whole."
        ),
        EgressStatus.FAILED: Word(
            "failed", "bad", "It ended by an error; outputs may be missing or cut short."
        ),
        EgressStatus.ABORTED: Word("aborted", "warn", "It ended before it recorded anything."),
        EgressStatus.LIMIT_REACHED: Word(
            "limit reached",
            "warn",
            "It ran as long as the worker's session limit allows; its outputs end there.",
        ),
        EgressStatus.UNKNOWN: NEWER,
    },
    EgressType: {
        EgressType.ROOM_COMPOSITE: Word("room", "", "The whole room as a web page lays it out."),
        EgressType.WEB: Word("web page", "", "Any web page, as a browser shows it."),
        EgressType.PARTICIPANT: Word(
            "participant", "", "One participant's audio and video, whatever tracks come and go."
        ),
        EgressType.TRACK_COMPOSITE: Word(
            "two tracks", "", "One audio and one video track in one file or stream."
        ),
        EgressType.TRACK: Word("track", "", "One track as it is, without encoding it anew."),
        EgressType.TEMPLATE: Word("template", "", "A room as a template lays it out."),
        EgressType.MEDIA: Word("media", "", "Chosen tracks and participants of a room."),
        EgressType.REPLAY: Word("replay", "", "An earlier recording, exported."),
        EgressType.UNKNOWN: NEWER,
    },
    OutputKind: {
        OutputKind.FILE: Word("file", "", "One file, written or uploaded when the job ends."),
        OutputKind.STREAM: Word("stream", "", "Sent on to another server while it runs."),
        OutputKind.SEGMENTS: Word(
            "HLS", "", "Short segments and a playlist, uploaded while it runs."
        ),
        OutputKind.IMAGES: Word("images", "", "Still pictures at an interval."),
        OutputKind.WEBSOCKET: Word("websocket", "", "Raw audio sent to a websocket."),
    },
    StreamStatus: {
        StreamStatus.ACTIVE: Word("active", "ok", "The other server takes it."),
        StreamStatus.FINISHED: Word("finished", "", "It ended as asked."),
        StreamStatus.FAILED: Word("failed", "bad", "The other server refused it or went away."),
        StreamStatus.UNKNOWN: NEWER,
    },
    IngressStatus: {
        IngressStatus.INACTIVE: Word("inactive", "", "Nothing is sent to it now."),
        IngressStatus.BUFFERING: Word(
            "buffering", "warn", "Media arrives; it is not in the room yet."
        ),
        IngressStatus.PUBLISHING: Word("publishing", "ok", "Its media is in the room."),
        IngressStatus.ERROR: Word("error", "bad", "It ended by an error."),
        IngressStatus.COMPLETE: Word("complete", "", "Its source came to an end."),
        IngressStatus.UNKNOWN: NEWER,
    },
    InputType: {
        InputType.RTMP: Word("RTMP", "", "An encoder such as OBS or ffmpeg pushes to it."),
        InputType.WHIP: Word(
            "WHIP", "", "An encoder pushes to it over WebRTC, with the least delay."
        ),
        InputType.URL: Word("URL", "", "The ingress worker pulls from an address."),
        InputType.UNKNOWN: NEWER,
    },
    AudioPreset: {
        AudioPreset.STEREO: Word("stereo", "", "Opus, stereo, 96 kbit/s."),
        AudioPreset.MONO: Word("mono", "", "Opus, mono, 64 kbit/s."),
        AudioPreset.UNKNOWN: NEWER,
    },
    VideoPreset: {
        VideoPreset.P720_3: Word("720p, 3 layers", "", "720p, 30 fps, 3 layers, 1.9 Mbit/s."),
        VideoPreset.P1080_3: Word("1080p, 3 layers", "", "1080p, 30 fps, 3 layers, 3.5 Mbit/s."),
        VideoPreset.P540_2: Word("540p, 2 layers", "", "540p, 25 fps, 2 layers, 1 Mbit/s."),
        VideoPreset.P720_1: Word("720p", "", "720p, 30 fps, 1 layer, 1.9 Mbit/s."),
        VideoPreset.P1080_1: Word("1080p", "", "1080p, 30 fps, 1 layer, 3.5 Mbit/s."),
        VideoPreset.P720_3_MOTION: Word(
            "720p, motion", "", "720p, 30 fps, 3 layers, 2.5 Mbit/s for much motion."
        ),
        VideoPreset.P1080_3_MOTION: Word(
            "1080p, motion", "", "1080p, 30 fps, 3 layers, 4.5 Mbit/s for much motion."
        ),
        VideoPreset.P540_2_MOTION: Word(
            "540p, motion", "", "540p, 25 fps, 2 layers, 1.3 Mbit/s for much motion."
        ),
        VideoPreset.P720_1_MOTION: Word(
            "720p, motion", "", "720p, 30 fps, 1 layer, 2.5 Mbit/s for much motion."
        ),
        VideoPreset.P1080_1_MOTION: Word(
            "1080p, motion", "", "1080p, 30 fps, 1 layer, 4.5 Mbit/s for much motion."
        ),
        VideoPreset.UNKNOWN: NEWER,
    },
}
