"""Dialing out, transferring and ending calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from livekit.api import (
    ListSIPOutboundTrunkRequest,
    SIPOutboundTrunkInfo,
    TransferSIPParticipantRequest,
)

from app.errors import (
    CallFailed,
    Invalid,
    LiveKitConflict,
    LiveKitError,
    LiveKitInvalid,
    NotFound,
    NoWorker,
    TimedOut,
)
from app.services.livekit.client import LiveKit
from app.services.livekit.errors import SILENT, field_about
from app.services.rooms import moderation
from app.services.sip.calls import calls
from app.services.sip.calls.calls import Call
from app.services.sip.calls.new_call import NewCall, duration, request
from app.services.sip.states import CallStatus

# Time for the provider to answer after the ringing, in seconds.
GRACE_SECONDS = 5.0
RINGING_SECONDS = 30  # the default of livekit-sip
GOES_ON = "The call may still be answered. Check the list of calls before you dial again."
FULL = "Add a worker, or try again when fewer calls are active."
NO_WORKER = (
    "Start livekit-sip with the same Redis as LiveKit and its API key. Check the list of calls "
    "before you dial again."
)
# Errors of LiveKit (protocol, livekit/sip.go and rpc/sip.go) and livekit-sip (pkg/sip/client.go),
# and the field that each is about.
ABOUT = (
    ("header value", "headers"),
    ("header name", "headers"),
    ("DisplayName", "display_name"),
    ("SipCallTo", "to"),
    ("call_to", "to"),
    ("no numbers on outbound trunk", "number"),
    ("trunk hostname", "hostname"),
    ("address must", "hostname"),
    ("from_host", "from_host"),
    ("if city is", "city"),
    ("country must", "country"),
    ("media_timeout", "media_timeout"),
    ("codec", "codecs"),
    ("request URI", "request_uri"),
    ("From header", "from_header"),
    ("To header", "to_user"),
)


UNRESOLVED = "fail to resolve target"
NO_RATE = "sample rate not specified for codec"
NO_HOST = "The host name can't be resolved."


class NotTransferred(CallFailed):
    """The provider or the target refused the transfer; the call itself continues."""

    title = "The call was not transferred; it continues"


@dataclass(frozen=True, slots=True)
class OutboundTrunk:
    """A trunk to dial out on."""

    id: str
    name: str
    address: str
    numbers: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name in a list to choose from: its own, or the address if it has none."""
        return f"{self.name or self.address} ({', '.join(self.numbers[:3]) or 'no number'})"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call is sent: a SIP or TEL address."""

    to: str
    play_dialtone: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    ringing_timeout: timedelta | None = None


async def trunks(livekit: LiveKit) -> list[OutboundTrunk]:
    """Return the trunks to dial out on, by name."""
    call = livekit.api.sip.list_outbound_trunk
    found = await livekit.read(call, ListSIPOutboundTrunkRequest())
    records = [_trunk(info) for info in found.items]
    return sorted(records, key=lambda trunk: (trunk.label.casefold(), trunk.id))


def _trunk(info: SIPOutboundTrunkInfo) -> OutboundTrunk:
    return OutboundTrunk(info.sip_trunk_id, info.name, info.address, tuple(info.numbers))


@dataclass(frozen=True, slots=True)
class Placed:
    """A call that was placed: its ID, and its participant."""

    id: str
    room: str
    identity: str
    sid: str


async def dial(livekit: LiveKit, new: NewCall) -> Placed:
    """Place the call, and return it.

    If it waits for an answer, that takes as long as it rings. Raises CallFailed with the SIP
    status, NoWorker, Invalid, NotFound for a deleted trunk; else a LiveKitError.
    """
    seconds = _ringing(new.ringing_timeout) if new.wait_until_answered else 0
    call = livekit.api.sip.create_sip_participant
    try:
        made = await _dialled(livekit, call, request(new), seconds)
    except NotFound as error:
        raise Invalid(fields={"trunk": f"This trunk no longer exists: {error.reason}"}) from error
    except (LiveKitInvalid, LiveKitConflict) as error:
        raise _about_field(error, new) from error
    except LiveKitError as error:
        if NO_RATE in error.reason:  # reported as an unknown error
            raise _about_field(error, new) from error
        raise
    return Placed(made.sip_call_id, made.room_name, made.participant_identity, made.participant_id)


def _about_field(error: LiveKitError, new: NewCall) -> LiveKitError:
    """Return the error with the field that it is about, in LiveKit's own words."""
    said = error.reason.partition(": ")[2]
    at_fault = field_about(said, ABOUT)
    if UNRESOLVED in said:
        at_fault = "request_uri" if new.request_uri else "hostname"
    if at_fault is None:
        return error
    if at_fault == "hostname" and isinstance(new.trunk, str):
        at_fault = "trunk"
    if UNRESOLVED in said:
        return LiveKitInvalid(fields={at_fault: f"{NO_HOST} LiveKit: {said}."})
    return LiveKitInvalid(fields={at_fault: f"LiveKit: {said}."})


async def transfer(livekit: LiveKit, call: Call, target: Target) -> None:
    """Ask the provider to connect the remote party to the target, and wait for the result.

    Raises Conflict for a call that is not answered yet, CallFailed with the SIP status, NoWorker,
    NotFound; else a LiveKitError.
    """
    if call.status in {CallStatus.DIALING, CallStatus.RINGING}:
        raise LiveKitConflict(
            "This call is not active yet.", advice="Wait until it is answered, then transfer it."
        )
    asked = transfer_request(call.room, call.identity, target)
    seconds = _ringing(target.ringing_timeout)
    transferring = livekit.api.sip.transfer_sip_participant
    try:
        await _dialled(livekit, transferring, asked, seconds)
    except CallFailed as error:
        raise NotTransferred(error.reason, advice=error.advice, code=error.code) from error


def transfer_request(room: str, identity: str, target: Target) -> TransferSIPParticipantRequest:
    """Return LiveKit's request to send a call elsewhere."""
    return TransferSIPParticipantRequest(
        room_name=room,
        participant_identity=identity,
        transfer_to=target.to,
        play_dialtone=target.play_dialtone,
        headers=target.headers,
        ringing_timeout=duration(target.ringing_timeout),
    )


async def end(livekit: LiveKit, room: str, identity: str) -> None:
    """Hang up by removing the participant from its room. Raises NotFound."""
    await calls.get(livekit, room, identity)
    await moderation.remove(livekit, room, identity)


def _ringing(asked: timedelta | None) -> float:
    return (asked.total_seconds() if asked else RINGING_SECONDS) + GRACE_SECONDS


async def _dialled(livekit: LiveKit, call: Any, request: Any, seconds: float) -> Any:
    try:
        return await livekit.write(call, request, seconds=seconds)
    except TimedOut as error:
        if not await _answers(livekit):
            raise
        raise TimedOut("LiveKit did not report the result in time.", advice=GOES_ON) from error
    except LiveKitError as error:
        raise _plain(error) from error


def _plain(error: LiveKitError) -> LiveKitError:
    """Return a readable error for what livekit-sip reports without a SIP status."""
    if SILENT in error.reason:
        return NoWorker("LiveKit responds, but no SIP worker accepted the call.", advice=NO_WORKER)
    if "cpu exhausted" in error.reason:
        return NoWorker("The SIP worker accepts no more calls: its CPU is exhausted.", advice=FULL)
    if "max auth retry attempts" in error.reason:
        return CallFailed(
            "The provider rejected the trunk's user name and password.",
            advice="Correct them in the trunk.",
        )
    if "server required auth" in error.reason:
        return CallFailed(
            "The provider requires a user name and password, and the trunk has none.",
            advice="Enter them in the trunk.",
        )
    if "connection refused" in error.reason:
        return CallFailed(
            "The provider isn't listening at this address: connection refused.",
            advice="Check the trunk's address, port and transport.",
        )
    if "sip request timed out" in error.reason:
        return CallFailed("Nobody answered in time.", advice="Try again, or ring longer.")
    # LiveKit's own limit and the worker's end at the same moment: either may say so first
    if "request timed out" in error.reason or "refer canceled" in error.reason:
        return CallFailed("Nobody answered in time.", advice=GOES_ON)
    return error


async def _answers(livekit: LiveKit) -> bool:
    """Return True if LiveKit itself still responds after a call that did not."""
    try:
        with livekit.scope(seconds=0.5):
            await trunks(livekit)
    except LiveKitError:
        return False
    return True
