"""Plans for the jobs, streams and calls of the stand-in worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

Outcome = Literal["complete", "failed", "aborted", "limit_reached", "killed"]


@dataclass(frozen=True)
class Fault:
    """An error response to a call; `code` is LiveKit's own, such as "unavailable"."""

    code: str
    error: str


@dataclass(frozen=True)
class Ending:
    """How a job ends, by default with LiveKit's usual error for the outcome.

    "killed" means that the recorder process was killed, for example because memory ran out. With
    `ends_worker` the egress worker accepts no more jobs until it is started again, as
    livekit-egress after an internal error; jobs that run go on.
    """

    outcome: Outcome = "complete"
    error: str = ""
    error_code: int = 0
    details: str = ""
    ends_worker: bool = False


@dataclass(frozen=True)
class StreamFailure:
    """A stream that fails some seconds after its job became active.

    livekit-egress gives up on a stream that isn't accepted after about 7.5 s.
    """

    url: str
    after: float = 0
    error: str = "Connection refused: Could not connect to 127.0.0.1: Connection refused"
    retries: int = 0


class EgressPlan(TypedDict, total=False):
    """How the jobs of a room behave; times in seconds, all keys are optional.

    Without a plan a job is accepted immediately, becomes active after 0.3 s, runs until it is
    stopped or its room, participant or track is gone, and takes 0.2 s to end. Like livekit-egress,
    it reports only changes of its status and its streams. `end` happens `end_after` seconds after
    the job became active; with a negative `end_after` the job never becomes active.
    """

    refuse: Fault
    refuse_stop: Fault
    refuse_update: Fault
    answer_after: float
    active_after: float
    stop_takes: float
    end: Ending
    end_after: float
    streams_fail: list[StreamFailure]
    details: str
    manifest_location: str
    backup_storage_used: bool
    retry_count: int
    outlives_room: bool


@dataclass(frozen=True)
class VideoInput:
    """Video sent to an ingress, as an encoder such as OBS sends it."""

    mime_type: str = "video/H264"
    average_bitrate: int = 2_500_000
    width: int = 1280
    height: int = 720
    framerate: float = 30


@dataclass(frozen=True)
class AudioInput:
    """Audio sent to an ingress."""

    mime_type: str = "audio/aac"
    average_bitrate: int = 160_000
    channels: int = 2
    sample_rate: int = 44_100


@dataclass(frozen=True)
class StreamEnding:
    """How a stream ends: with an error, or because the encoder stopped sending."""

    error: str = ""


class IngressPlan(TypedDict, total=False):
    """How the streams of an ingress behave; times in seconds, all keys are optional.

    Without a plan a stream buffers for 0.3 s, then publishes video and audio until it is ended.
    Video of a WHIP input without transcoding has the type of the input, else it is H.264; it is
    empty, so no browser can decode it. As livekit-ingress does, it reports only changes of its
    state. Bitrates are measured once a minute and sent with the next change; with `bitrates` they
    count as measured immediately. `refuse` and `answer_after` apply to URL inputs; for a stream
    key, `refuse` puts the ingress into the error state. With `outlives_room` the state stays when
    the participant is gone, as after a crash.
    """

    refuse: Fault
    refuse_change: Fault
    answer_after: float
    buffering: float
    video: VideoInput
    audio: AudioInput
    end: StreamEnding
    end_after: float
    bitrates: bool
    outlives_room: bool


@dataclass(frozen=True)
class SIPStatus:
    """The remote party's SIP response, such as 486; without a text, the usual one is used."""

    code: int
    text: str = ""


class CallPlan(TypedDict, total=False):
    """How calls to a number or room behave; times in seconds, all keys are optional.

    Without a plan an outbound call joins its room immediately, rings after 0.1 s, is answered
    0.3 s later, and runs until it is hung up or its participant or room is gone; an inbound call
    rings from the start. `answer_after` counts from the first ring, `hang_up_after` from the
    answer, or from the end of the `dtmf` digits, which take 0.25 s each. `decline` replaces the
    answer of an outbound call; `refuse` is the worker's own error before it joins the room;
    `headers` are those of the answer. A transfer succeeds immediately and ends the call a second
    later.
    """

    refuse: Fault
    join_after: float
    ring_after: float
    answer_after: float
    never_answers: bool
    decline: SIPStatus
    hang_up_after: float
    headers: dict[str, str]
    transfer_takes: float
    refuse_transfer: SIPStatus
