"""How jobs, streams and calls of the stand-in worker go: what a test may plan for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

Outcome = Literal["complete", "failed", "aborted", "limit_reached", "killed"]


@dataclass(frozen=True)
class Fault:
    """An error to answer a call with; `code` as LiveKit writes it, such as "unavailable"."""

    code: str
    error: str


@dataclass(frozen=True)
class Ending:
    """How a job ends, by default with the error that LiveKit has for the outcome.

    "killed" is a recorder process that was killed, by the kernel for want of memory for example.
    """

    outcome: Outcome = "complete"
    error: str = ""
    error_code: int = 0
    details: str = ""


@dataclass(frozen=True)
class StreamFailure:
    """One stream that fails, some seconds after its job became active.

    livekit-egress takes about 7.5 s to give up on one that nobody accepts.
    """

    url: str
    after: float = 0
    error: str = "Connection refused: Could not connect to 127.0.0.1: Connection refused"
    retries: int = 0


class EgressPlan(TypedDict, total=False):
    """How the jobs of a room behave; times in seconds, all keys are optional.

    Without a plan a job is accepted at once, active after 0.3 s, runs until it is stopped or its
    room, participant or track is gone, and is ending for 0.2 s. As livekit-egress does, it reports
    only changes: of its status and of its streams. `end` takes place `end_after` seconds after the
    job became active; with a negative `end_after` it never becomes active.
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
    """How a stream ends: with an error, or because whoever sent it has stopped."""

    error: str = ""


class IngressPlan(TypedDict, total=False):
    """How the streams of an ingress behave; times in seconds, all keys are optional.

    Without a plan a stream buffers for 0.3 s, then publishes video and audio until it is ended. As
    livekit-ingress does, it reports only changes of its state. Bitrates are measured once a minute
    and sent with the next change; with `bitrates` they count as measured at once. `refuse` and
    `answer_after` apply to URL inputs; for a stream key, `refuse` puts the ingress into the error
    state.
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


@dataclass(frozen=True)
class SIPStatus:
    """How the other end of a call answers, such as 486; without a text the usual one."""

    code: int
    text: str = ""


class CallPlan(TypedDict, total=False):
    """How the calls to a number, or of a room, go; times in seconds, everything may be left out.

    Without a plan a call out joins its room at once, rings 0.1 s later, is answered 0.3 s after
    that and goes on until it is hung up or its participant or room goes; a call in rings from the
    start. `answer_after` counts from the first ring, `hang_up_after` from the answer, or after the
    digits of `dtmf`, which take 0.25 s each. `decline` is what happens in place of the answer, for
    a call out; `refuse` is the worker's own error, before it joins the room; `headers` are those
    of the answer. A transfer works at once and ends the call a second later.
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
