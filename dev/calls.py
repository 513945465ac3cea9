"""Phone calls of the stand-in worker: how they behave, and where calls would be routed.

stack.standin.plan_call("+15550123", decline=SIPStatus(486))    # by called number or room
...                                              # CreateSIPParticipant through LiveKit
stack.standin.calls()[-1].ended                  # "INVITE failed: sip status: 486: Busy Here"

call = stack.standin.ring(Incoming("+15550100", "+15550199", pin="1234"))   # an incoming call
stack.standin.hang_up(call.call_id)

stack.standin.routes([Incoming("+15550100", "+15550199"), ...])     # how they would be routed
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Unpack
from urllib.parse import quote

from google.protobuf.json_format import ParseDict
from google.protobuf.struct_pb2 import Struct

from dev.control import Call, Control
from dev.plans import CallPlan


@dataclass(frozen=True)
class PhoneCall:
    """A phone call as the worker sees it.

    `status` is the participant's sip.callStatus. `ended` is empty while the call runs; then it is
    hangup (by the remote party), removed (the participant or room is gone), transferred, max call
    duration, shutdown, or the error. `request` is the server's complete request, with credentials,
    for an outbound call, and the server's routing decision for an inbound one. `received` has the
    transfers.
    """

    call_id: str
    outbound: bool
    running: bool
    status: str
    ended: str
    room: str
    identity: str
    request: dict[str, Any]
    received: list[Call]


@dataclass(frozen=True)
class Incoming:
    """An incoming call; `pin` is entered if requested, an empty one means only the # key."""

    caller: str
    called: str
    source_ip: str = "203.0.113.7"
    pin: str | None = None
    caller_host: str = "carrier.example"
    called_host: str = "sip.example"
    username: str = ""
    password: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    """An error response of the server; `code` is LiveKit's own."""

    code: str
    error: str


@dataclass(frozen=True)
class Authenticated:
    """The trunk of a call, and the credentials it requires; empty strings mean none.

    The response to GetSIPTrunkAuthentication; `raw` is all of it, as JSON.
    """

    trunk_id: str
    username: str
    password: str
    realm: str
    raw: dict[str, Any]
    refusal: Refusal | None


@dataclass(frozen=True)
class Evaluated:
    """Where a call is routed; `result` is ACCEPT, REQUEST_PIN, DROP, or empty with a refusal.

    The response to EvaluateSIPDispatchRules; `raw` is all of it, as JSON.
    """

    result: str
    trunk_id: str
    rule_id: str
    room: str
    identity: str
    name: str
    metadata: str
    attributes: dict[str, str]
    raw: dict[str, Any]
    refusal: Refusal | None


@dataclass(frozen=True)
class Route:
    """Both responses; nothing is evaluated if the first is a refusal."""

    authenticated: Authenticated
    evaluated: Evaluated | None


class Phone(Control):
    """Controls the phone calls of a running stand-in."""

    def plan_call(self, key: str, **plan: Unpack[CallPlan]) -> None:
        """Set how future calls to this number or room behave; a number's plan takes precedence."""
        self._post("/sip/plan", {"key": key, "plan": plan})

    def calls(self) -> list[PhoneCall]:
        """Return all calls, including ended ones, oldest first."""
        return [_phone_call(data) for data in self._get("/sip/calls")]

    def call(self, call_id: str) -> PhoneCall:
        """Return a call. Raises StandinError if it doesn't exist."""
        return _phone_call(self._get(f"/sip/call?call_id={quote(call_id)}"))

    def ring(self, incoming: Incoming) -> PhoneCall:
        """Place an incoming call and join the room. Raises StandinError if the call is rejected."""
        return _phone_call(self._post("/sip/ring", asdict(incoming)))

    def hang_up(self, call_id: str) -> None:
        """Let the remote party hang up, or decline a ringing call; return once it has ended."""
        self._post("/sip/hang_up", {"call_id": call_id})

    def authenticate(self, incoming: Incoming) -> Authenticated:
        """Ask the server for the trunk of a call, without calling."""
        (answers,) = self._questions([_question(incoming, "authenticate")])
        return _authenticated(answers["authenticated"])

    def evaluate(
        self, incoming: Incoming, trunk_id: str = "", *, no_pin: bool = False
    ) -> Evaluated:
        """Ask the server where a call is routed, without calling; sends the call's PIN if any."""
        question = {**_question(incoming, "evaluate"), "trunk_id": trunk_id, "no_pin": no_pin}
        (answers,) = self._questions([question])
        return _evaluated(answers["evaluated"])

    def routes(self, calls: Iterable[Incoming]) -> list[Route]:
        """Ask the server for the trunk and the routing of many calls, without calling."""
        responses = self._questions([_question(incoming, "route") for incoming in calls])
        return [
            Route(
                _authenticated(answers["authenticated"]),
                _evaluated(answers["evaluated"]) if answers["evaluated"] else None,
            )
            for answers in responses
        ]

    def _questions(self, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return list(self._post("/sip/questions", questions))


def _question(incoming: Incoming, ask: str) -> dict[str, Any]:
    return {**asdict(incoming), "ask": ask}


def _refusal(data: dict[str, Any]) -> Refusal | None:
    return Refusal(data["code"], data["error"]) if data["code"] else None


def _authenticated(data: dict[str, Any]) -> Authenticated:
    raw = data["answer"] or {}
    return Authenticated(
        trunk_id=raw.get("sip_trunk_id", ""),
        username=raw.get("username", ""),
        password=raw.get("password", ""),
        realm=raw.get("realm", ""),
        raw=raw,
        refusal=_refusal(data),
    )


def _evaluated(data: dict[str, Any]) -> Evaluated:
    raw = data["answer"] or {}
    return Evaluated(
        result=raw.get("result", ""),
        trunk_id=raw.get("sip_trunk_id", ""),
        rule_id=raw.get("sip_dispatch_rule_id", ""),
        room=raw.get("room_name", ""),
        identity=raw.get("participant_identity", ""),
        name=raw.get("participant_name", ""),
        metadata=raw.get("participant_metadata", ""),
        attributes=raw.get("participant_attributes", {}),
        raw=raw,
        refusal=_refusal(data),
    )


def _phone_call(data: dict[str, Any]) -> PhoneCall:
    received = [
        Call(call["call"], call["at"], ParseDict(call["request"], Struct()))
        for call in data["received"]
    ]
    return PhoneCall(**{**data, "received": received})
