"""The telephone of the stand-in worker: what its calls are told, and where calls would go.

stack.standin.plan_call("+15550123", decline=SIPStatus(486))    # by called number or by room
...                                              # CreateSIPParticipant through LiveKit
stack.standin.calls()[-1].ended                  # "INVITE failed: sip status: 486: Busy Here"

call = stack.standin.ring(Incoming("+15550100", "+15550199", pin="1234"))   # somebody calls in
stack.standin.hang_up(call.call_id)

stack.standin.routes([Incoming("+15550100", "+15550199"), ...])     # where they would go
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
    """One phone call as the worker knows it.

    `status` is what the participant says in sip.callStatus. `ended` is empty while it runs; then
    hangup (the other end), removed (participant or room are gone), transferred, max call duration,
    shutdown, or the error that it failed with. `request` is, of a call out, all that the server
    asked for, with credentials; of a call in, what the server answered to the question where it
    goes. `received` has the transfers.
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
    """Somebody who calls in; `pin` is typed when one is asked for, empty: only the # key."""

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
    """An error that the server answers a question with; `code` as LiveKit writes it."""

    code: str
    error: str


@dataclass(frozen=True)
class Authenticated:
    """Which trunk a call comes by, and what the caller has to know; empty: no trunk, nothing.

    GetSIPTrunkAuthentication; `raw` is the whole answer, as JSON.
    """

    trunk_id: str
    username: str
    password: str
    realm: str
    raw: dict[str, Any]
    refusal: Refusal | None


@dataclass(frozen=True)
class Evaluated:
    """Where a call goes; `result` is ACCEPT, REQUEST_PIN, DROP, or empty with a refusal.

    EvaluateSIPDispatchRules; `raw` is the whole answer, as JSON.
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
    """Both answers; nothing is evaluated where the first is a refusal."""

    authenticated: Authenticated
    evaluated: Evaluated | None


class Phone(Control):
    """The telephone of a running stand-in."""

    def plan_call(self, key: str, **plan: Unpack[CallPlan]) -> None:
        """Say how calls to this number, or of this room, go from now on; a number is first."""
        self._post("/sip/plan", {"key": key, "plan": plan})

    def calls(self) -> list[PhoneCall]:
        """Give all calls, the ended ones too, in the order in which they began."""
        return [_phone_call(shown) for shown in self._get("/sip/calls")]

    def call(self, call_id: str) -> PhoneCall:
        """Give one call; StandinError if there was none."""
        return _phone_call(self._get(f"/sip/call?call_id={quote(call_id)}"))

    def ring(self, incoming: Incoming) -> PhoneCall:
        """Call in, and join the room; StandinError says why the caller got nowhere."""
        return _phone_call(self._post("/sip/ring", asdict(incoming)))

    def hang_up(self, call_id: str) -> None:
        """Let the other end hang up, or decline a call that rings; return when it is over."""
        self._post("/sip/hang_up", {"call_id": call_id})

    def authenticate(self, incoming: Incoming) -> Authenticated:
        """Ask the server which trunk a call comes by; nobody calls."""
        (answers,) = self._questions([_question(incoming, "authenticate")])
        return _authenticated(answers["authenticated"])

    def evaluate(
        self, incoming: Incoming, trunk_id: str = "", *, no_pin: bool = False
    ) -> Evaluated:
        """Ask the server where a call goes; nobody calls. Its PIN is sent if it has one."""
        question = {**_question(incoming, "evaluate"), "trunk_id": trunk_id, "no_pin": no_pin}
        (answers,) = self._questions([question])
        return _evaluated(answers["evaluated"])

    def routes(self, calls: Iterable[Incoming]) -> list[Route]:
        """Ask both for many calls, the second with the trunk that the first gave; nobody calls."""
        given = self._questions([_question(incoming, "route") for incoming in calls])
        return [
            Route(
                _authenticated(answers["authenticated"]),
                _evaluated(answers["evaluated"]) if answers["evaluated"] else None,
            )
            for answers in given
        ]

    def _questions(self, questions: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return list(self._post("/sip/questions", questions))


def _question(incoming: Incoming, ask: str) -> dict[str, Any]:
    return {**asdict(incoming), "ask": ask}


def _refusal(shown: dict[str, Any]) -> Refusal | None:
    return Refusal(shown["code"], shown["error"]) if shown["code"] else None


def _authenticated(shown: dict[str, Any]) -> Authenticated:
    raw = shown["answer"] or {}
    return Authenticated(
        trunk_id=raw.get("sip_trunk_id", ""),
        username=raw.get("username", ""),
        password=raw.get("password", ""),
        realm=raw.get("realm", ""),
        raw=raw,
        refusal=_refusal(shown),
    )


def _evaluated(shown: dict[str, Any]) -> Evaluated:
    raw = shown["answer"] or {}
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
        refusal=_refusal(shown),
    )


def _phone_call(shown: dict[str, Any]) -> PhoneCall:
    received = [
        Call(call["call"], call["at"], ParseDict(call["request"], Struct()))
        for call in shown["received"]
    ]
    return PhoneCall(**{**shown, "received": received})
