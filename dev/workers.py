"""What the stand-in egress and ingress worker is told, and what it was asked for.

    stack.standin.plan("my-room", active_after=3, refuse_stop=Fault("internal", "disk full"))
    ...                                     # start an egress in my-room through LiveKit
    job = stack.standin.job(egress_id)      # job.asked, job.info, job.received
    stack.standin.end(egress_id, "failed", error="upload failed", error_code=400)

    stack.standin.publish(ingress.stream_key)       # somebody sends to an RTMP or WHIP ingress
    stack.standin.end_stream(ingress.ingress_id)

A plan is for one room, one page of web egress, one stream key, ingress or address to pull from, and
for what starts after it.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, Unpack
from urllib.parse import quote

from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from livekit import api
from livekit.protocol import egress

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

TIMEOUT = 20.0

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


class StandinError(Exception):
    """The stand-in cannot do what it was told; the message says why."""


@dataclass(frozen=True)
class Call:
    """One call about a job or stream that reached the worker, such as stop_egress."""

    name: str
    at: float
    request: Message


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
    """One stream that comes in, or the last one of its ingress; `info` has its state."""

    ingress_id: str
    running: bool
    info: api.IngressInfo
    received: list[Call]


class Standin:
    """The control interface of a running stand-in."""

    def __init__(self, host: str, port: int) -> None:
        """Describe where it listens; nothing is asked yet."""
        self.port = port
        self._host = host

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

    def answers(self) -> bool:
        """Whether the stand-in serves."""
        try:
            return bool(self._get("/health")["ok"])
        except (OSError, http.client.HTTPException):
            return False

    def _get(self, path: str) -> Any:
        return self._ask("GET", path, None)

    def _post(self, path: str, body: object) -> Any:
        return self._ask("POST", path, json.dumps(body, default=_plain))

    def _ask(self, method: str, path: str, body: str | None) -> Any:
        connection = http.client.HTTPConnection(self._host, self.port, timeout=TIMEOUT)
        try:
            connection.request(method, path, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read().decode()
        finally:
            connection.close()
        if answer.status != http.HTTPStatus.OK:
            raise StandinError(text.strip())
        return json.loads(text)


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{value!r} cannot be sent to the stand-in")


def _call(shown: dict[str, Any]) -> Call:
    request = ParseDict(shown["request"], CALLS.get(shown["call"], Struct)())
    return Call(shown["call"], shown["at"], request)


def _session(shown: dict[str, Any]) -> Session:
    received = [_call(call) for call in shown["received"]]
    info = ParseDict(shown["info"], api.IngressInfo())
    return Session(shown["ingress_id"], shown["running"], info, received)
