"""The one table of LiveKit's states and kinds: label, tone and what each means."""

from enum import StrEnum

from app.services.egress.states import EgressStatus, EgressType, OutputKind, StreamStatus
from app.services.ingress.states import AudioPreset, IngressStatus, InputType, VideoPreset
from app.services.server.states import Reach
from app.services.sip.states import (
    CallDirection,
    CallStatus,
    HeaderOptions,
    MediaEncryption,
    RouteResult,
    RuleKind,
    Transport,
    TrunkKind,
)
from app.services.tokens.verdict import Verdict
from app.wording import NEWER, Word, Words
from app.words_agents import AGENTS

WORDS: Words = {
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
    CallStatus: {
        CallStatus.DIALING: Word(
            "dialing", "warn", "The call goes out; the other end has not answered yet."
        ),
        CallStatus.RINGING: Word(
            "ringing", "warn", "It rings at the other end, or waits to be let in."
        ),
        CallStatus.AUTOMATION: Word(
            "automation", "warn", "It is connected, and its DTMF digits are being sent."
        ),
        CallStatus.ACTIVE: Word("active", "ok", "Both ends hear each other."),
        CallStatus.HANGUP: Word(
            "hung up", "", "The call has ended; the participant is about to leave."
        ),
        CallStatus.UNKNOWN: Word(
            "not told", "", "The participant has no sip.callStatus attribute, or one that is new."
        ),
    },
    CallDirection: {
        CallDirection.INBOUND: Word("called in", "", "A dispatch rule chose the room."),
        CallDirection.OUTBOUND: Word("dialled out", "", "LiveKit called."),
        CallDirection.UNKNOWN: Word(
            "not told", "", "The participant's attributes do not tell who called."
        ),
    },
    TrunkKind: {
        TrunkKind.INBOUND: Word("inbound", "", "Callers come in by it."),
        TrunkKind.OUTBOUND: Word("outbound", "", "LiveKit dials out by it."),
    },
    RuleKind: {
        RuleKind.DIRECT: Word("direct", "", "Every caller comes into the same room."),
        RuleKind.INDIVIDUAL: Word("individual", "", "Every caller gets a room of its own."),
        RuleKind.CALLEE: Word("callee", "", "The room is named after the number that was called."),
        RuleKind.UNKNOWN: NEWER,
    },
    RouteResult: {
        RouteResult.ACCEPT: Word("let in", "ok", "The caller comes into a room."),
        RouteResult.REQUEST_PIN: Word("asked for a PIN", "warn", "The caller is to type a PIN."),
        RouteResult.DROP: Word(
            "dropped", "bad", "The SIP worker gives the caller no answer at all."
        ),
        RouteResult.REFUSED: Word(
            "refused", "bad", "LiveKit answers the SIP worker with an error, and the call fails."
        ),
    },
    Transport: {
        Transport.AUTO: Word("auto", "", "Chosen by the address, UDP at first."),
        Transport.UDP: Word("UDP", "", "Signalling in the clear, over UDP."),
        Transport.TCP: Word("TCP", "", "Signalling in the clear, over TCP."),
        Transport.TLS: Word("TLS", "", "Signalling encrypted."),
        Transport.UNKNOWN: NEWER,
    },
    MediaEncryption: {
        MediaEncryption.DISABLE: Word("off", "", "The sound is not encrypted."),
        MediaEncryption.ALLOW: Word(
            "allowed", "", "The sound is encrypted where the other end can."
        ),
        MediaEncryption.REQUIRE: Word(
            "required", "", "A call whose sound cannot be encrypted fails."
        ),
        MediaEncryption.UNKNOWN: NEWER,
    },
    HeaderOptions: {
        HeaderOptions.NONE: Word("none", "", "Only the headers that are mapped by name."),
        HeaderOptions.X: Word("X-*", "", "All X-* headers become sip.h.x-* attributes."),
        HeaderOptions.ALL: Word("all", "", "All headers become sip.h.* attributes."),
        HeaderOptions.UNKNOWN: NEWER,
    },
    Reach: {
        Reach.REACHABLE: Word("reachable", "ok", "It is at work now."),
        Reach.ABSENT: Word("not reachable", "warn", "The server itself says that it has none."),
        Reach.UNKNOWN: Word("unknown", "", "Nothing that can be asked from here tells."),
    },
    **AGENTS,
    Verdict: {
        Verdict.GOOD: Word("good", "ok", "Nothing stands against it."),
        Verdict.NOTE: Word("note", "warn", "It works, but not as one might think."),
        Verdict.BAD: Word("fails", "bad", "It does not work so."),
        Verdict.UNKNOWN: Word("not known", "", "It could not be found out, or was not asked."),
    },
}


def word(value: StrEnum) -> Word:
    """Give how a value reads."""
    return WORDS[type(value)][value]


def states(kind: str) -> list[StrEnum]:
    """Give the values of a kind to choose from."""
    table = next(table for known, table in WORDS.items() if known.__name__ == kind)
    return [value for value, said in table.items() if said is not NEWER]


def labels(kind: str) -> list[tuple[StrEnum, str]]:
    """Give the values of a kind with their labels, as a list's filter offers them."""
    said = [(value, word(value).label) for value in states(kind)]
    return [(value, label[:1].upper() + label[1:]) for value, label in said]


def choices(kind: str) -> list[tuple[StrEnum, str]]:
    """Give the values of a kind with their meanings, as a form's select offers them."""
    return [(value, word(value).meaning.removesuffix(".")) for value in states(kind)]
