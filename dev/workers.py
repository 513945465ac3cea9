"""What the stand-in egress and ingress worker is told, and what it was asked for.

    stack.standin.plan("my-room", active_after=3, refuse_stop=Fault("internal", "disk full"))
    ...                                     # start an egress in my-room through LiveKit
    job = stack.standin.job(egress_id)      # job.asked, job.info, job.received
    stack.standin.end(egress_id, "failed", error="upload failed", error_code=400)

A plan is for one room, or for one page of web egress, and for the jobs that start after it.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, Literal, TypedDict, Unpack
from urllib.parse import quote

from google.protobuf.json_format import ParseDict
from google.protobuf.message import Message
from google.protobuf.struct_pb2 import Struct
from livekit import api
from livekit.protocol import egress

TIMEOUT = 20.0
Outcome = Literal["complete", "failed", "aborted", "limit_reached"]

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
}


class StandinError(Exception):
    """The stand-in cannot do what it was told; the message says why."""


@dataclass(frozen=True)
class Fault:
    """An error to answer a call with; `code` as LiveKit writes it, such as "unavailable"."""

    code: str
    error: str


@dataclass(frozen=True)
class Ending:
    """How a job ends; without an error the one that LiveKit gives for the outcome."""

    outcome: Outcome = "complete"
    error: str = ""
    error_code: int = 0
    details: str = ""


@dataclass(frozen=True)
class StreamFailure:
    """One stream that breaks some seconds after its job became active."""

    url: str
    after: float = 0
    error: str = "could not connect to the stream's host"
    retries: int = 0


class EgressPlan(TypedDict, total=False):
    """How the jobs of a room go; times in seconds, everything may be left out.

    Without a plan a job is accepted at once, active after 0.3 s, runs until it is stopped, is
    ending for 0.2 s, and reports its progress every 2 s. `end` comes `end_after` seconds after the
    job became active; with a negative `end_after` it never becomes active.
    """

    refuse: Fault
    refuse_stop: Fault
    refuse_update: Fault
    answer_after: float
    active_after: float
    stop_takes: float
    report_every: float
    end: Ending
    end_after: float
    streams_fail: list[StreamFailure]
    details: str
    manifest_location: str
    backup_storage_used: bool
    retry_count: int


@dataclass(frozen=True)
class Call:
    """One call about a job that reached the worker: stop_egress, update_stream."""

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


class Standin:
    """The control interface of a running stand-in."""

    def __init__(self, host: str, port: int) -> None:
        """Describe where it listens; nothing is asked yet."""
        self._host = host
        self._port = port

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
            received=[_call(call) for call in shown["received"] or ()],
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
        connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT)
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
