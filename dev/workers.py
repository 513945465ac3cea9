"""Plans for the stand-in worker, and what it was asked for: egress and ingress.

    stack.standin.plan("my-room", active_after=3, refuse_stop=Fault("internal", "disk full"))
    ...                                     # start an egress in my-room through LiveKit
    job = stack.standin.job(egress_id)      # job.asked, job.info, job.received
    stack.standin.end(egress_id, "failed", error="upload failed", error_code=400)

    stack.standin.publish(ingress.stream_key)       # somebody sends to an RTMP or WHIP ingress
    stack.standin.end_stream(ingress.ingress_id)

    stack.standin.ring(Incoming("+15550100", "+15550199"))      # somebody calls: dev/calls.py

A plan is for one room, one page of web egress, one stream key, ingress or address to pull from, and
for what starts after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Unpack
from urllib.parse import quote

from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from livekit import api
from livekit.protocol import egress

from dev.calls import Phone
from dev.control import Call, StandinError
from dev.plans import (
    AudioInput,
    EgressPlan,
    Ending,
    Fault,
    IngressPlan,
    Outcome,
    StreamEnding,
    StreamFailure,
    VideoInput,
)

__all__ = [
    "AudioInput",
    "Call",
    "Ending",
    "Fault",
    "Job",
    "Session",
    "Standin",
    "StandinError",
    "StreamEnding",
    "StreamFailure",
    "VideoInput",
]

# the requests that a job may come from, and the calls that may follow, by their names on the wire
REQUESTS: dict[str, type[Message]] = {
    "egress": egress.StartEgressRequest,
    "room_composite": api.RoomCompositeEgressRequest,
    "web": api.WebEgressRequest,
    "participant": api.ParticipantEgressRequest,
    "track_composite": api.TrackCompositeEgressRequest,
    "track": api.TrackEgressRequest,
}
CALLS: dict[str, type[Message]] = {
    "stop_egress": api.StopEgressRequest,
    "update_stream": api.UpdateStreamRequest,
    "update_layout": api.UpdateLayoutRequest,
    "update_ingress": api.UpdateIngressRequest,
    "delete_ingress": api.DeleteIngressRequest,
}


@dataclass(frozen=True)
class Job:
    """One egress as the worker knows it; `info` is None where the worker refused it.

    `request` is all that came from the server, with credentials; `asked` is the request in it that
    somebody made of the server, and `kind` its name, such as room_composite.
    """

    egress_id: str
    running: bool
    kind: str
    asked: Message
    request: dict[str, Any]
    info: api.EgressInfo | None
    received: list[Call]


@dataclass(frozen=True)
class Session:
    """The stream that an ingress receives, or its last one; `info` has its state."""

    ingress_id: str
    running: bool
    info: api.IngressInfo
    received: list[Call]


class Standin(Phone):
    """The control interface of a running stand-in: its jobs and streams, and its phone calls."""

    def plan(self, key: str, **plan: Unpack[EgressPlan]) -> None:
        """Say how jobs in this room, or web egress of this page, go from now on."""
        self._post("/egress/plan", {"key": key, "plan": plan})

    def job(self, egress_id: str) -> Job:
        """Return one job; StandinError if the worker was never asked for it."""
        shown = self._get(f"/egress/job?egress_id={quote(egress_id)}")
        kind = next(name for name in REQUESTS if name in shown["request"])
        info = shown["info"]
        return Job(
            egress_id=shown["egress_id"],
            running=shown["running"],
            kind=kind,
            asked=ParseDict(shown["request"][kind], REQUESTS[kind]()),
            request=shown["request"],
            info=None if info is None else ParseDict(info, api.EgressInfo()),
            received=[_call(call) for call in shown["received"]],
        )

    def jobs(self) -> list[str]:
        """Return the ids of all jobs that the worker was asked for, in no order."""
        return list(self._get("/egress/jobs"))

    def end(
        self,
        egress_id: str,
        outcome: Outcome = "complete",
        *,
        error: str = "",
        error_code: int = 0,
        details: str = "",
    ) -> None:
        """End a job; return when the server knows."""
        ending = Ending(outcome, error, error_code, details)
        self._post("/egress/end", {"egress_id": egress_id, "end": ending})

    def plan_stream(self, key: str, **plan: Unpack[IngressPlan]) -> None:
        """Say how streams to this stream key, ingress id or from this address go from now on."""
        self._post("/ingress/plan", {"key": key, "plan": plan})

    def publish(self, stream_key: str) -> Session:
        """Begin to send to a stream key; StandinError if the worker turns it away."""
        return _session(self._post("/ingress/publish", {"stream_key": stream_key}))

    def session(self, ingress_id: str) -> Session:
        """Return the last stream of an ingress; StandinError if there was none."""
        return _session(self._get(f"/ingress/session?ingress_id={quote(ingress_id)}"))

    def change_stream(
        self, ingress_id: str, video: VideoInput | None = None, audio: AudioInput | None = None
    ) -> None:
        """Send something else from now on; what is None stays as it is."""
        change = {"ingress_id": ingress_id, "video": video, "audio": audio}
        self._post("/ingress/change", change)

    def end_stream(self, ingress_id: str, error: str = "") -> None:
        """Stop sending, or let it break with an error; return when the server knows."""
        self._post("/ingress/end", {"ingress_id": ingress_id, "error": error})


def _call(shown: dict[str, Any]) -> Call:
    request = ParseDict(shown["request"], CALLS.get(shown["call"], Struct)())
    return Call(shown["call"], shown["at"], request)


def _session(shown: dict[str, Any]) -> Session:
    received = [_call(call) for call in shown["received"]]
    info = ParseDict(shown["info"], api.IngressInfo())
    return Session(shown["ingress_id"], shown["running"], info, received)
