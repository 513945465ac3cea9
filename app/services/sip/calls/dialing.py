"""Dialling out, transferring and ending calls."""

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

# What a provider may take beyond the ringing, before LiveKit has its answer.
GRACE_SECONDS = 5.0
RINGING_SECONDS = 30  # livekit-sip's own, where none is asked for
GOES_ON = "It goes on all the same, and may still be answered: look at the calls first."
FULL = "Add a worker, or try again when fewer calls go on."
NO_WORKER = (
    "Start livekit-sip, with the same Redis as LiveKit and its API key. Look at the calls before "
    "you send this again."
)
# What LiveKit says (protocol, livekit/sip.go and rpc/sip.go) or livekit-sip (pkg/sip/client.go),
# and the field that it is about.
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
)


@dataclass(frozen=True, slots=True)
class OutboundTrunk:
    """A trunk to dial out by; the name, or the address where it has none."""

    id: str
    name: str
    address: str
    numbers: tuple[str, ...]

    @property
    def label(self) -> str:
        """How a list to choose from names it."""
        return f"{self.name or self.address} ({', '.join(self.numbers[:3]) or 'no number'})"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a call is sent: a SIP or TEL address."""

    to: str
    play_dialtone: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    ringing_timeout: timedelta | None = None


async def trunks(livekit: LiveKit) -> list[OutboundTrunk]:
    """Give the trunks to dial out by, by name."""
    call = livekit.api.sip.list_outbound_trunk
    found = await livekit.read("ListSIPOutboundTrunk", call, ListSIPOutboundTrunkRequest())
    records = [_trunk(info) for info in found.items]
    return sorted(records, key=lambda trunk: (trunk.label.casefold(), trunk.id))


def _trunk(info: SIPOutboundTrunkInfo) -> OutboundTrunk:
    return OutboundTrunk(info.sip_trunk_id, info.name, info.address, tuple(info.numbers))


async def dial(livekit: LiveKit, new: NewCall) -> tuple[str, str]:
    """Make the call, and give room and identity of its participant.

    Where it is to wait for the answer, that takes as long as it rings. Raises CallFailed with the
    SIP status, NoWorker, Invalid, NotFound for a trunk that is gone; else a LiveKitError.
    """
    seconds = _ringing(new.ringing_timeout) if new.wait_until_answered else 0
    call = livekit.api.sip.create_sip_participant
    try:
        made = await _dialled(livekit, "CreateSIPParticipant", call, request(new), seconds)
    except NotFound as error:
        raise Invalid(fields={"trunk": f"The trunk is gone: {error.reason}"}) from error
    except (LiveKitInvalid, LiveKitConflict) as error:
        raise _about_field(error, new) from error
    return made.room_name, made.participant_identity


def _about_field(error: LiveKitError, new: NewCall) -> LiveKitError:
    """Give the error with the field that it is about, in LiveKit's own words."""
    said = error.reason.partition(": ")[2]
    at_fault = field_about(said, ABOUT)
    if at_fault is None:
        return error
    if at_fault == "hostname" and isinstance(new.trunk, str):
        at_fault = "trunk"
    return LiveKitInvalid(fields={at_fault: f"LiveKit: {said}."})


async def transfer(livekit: LiveKit, call: Call, target: Target) -> None:
    """Let the provider connect the other end to the target; waits until it has, or has not.

    Raises CallFailed with the SIP status, NoWorker, NotFound; else a LiveKitError.
    """
    asked = transfer_request(call.room, call.identity, target)
    seconds = _ringing(target.ringing_timeout)
    transferring = livekit.api.sip.transfer_sip_participant
    await _dialled(livekit, "TransferSIPParticipant", transferring, asked, seconds)


def transfer_request(room: str, identity: str, target: Target) -> TransferSIPParticipantRequest:
    """Give LiveKit's request to send a call elsewhere."""
    return TransferSIPParticipantRequest(
        room_name=room,
        participant_identity=identity,
        transfer_to=target.to,
        play_dialtone=target.play_dialtone,
        headers=target.headers,
        ringing_timeout=duration(target.ringing_timeout),
    )


async def end(livekit: LiveKit, room: str, identity: str) -> None:
    """Hang up: the participant is removed from its room. Raises NotFound."""
    await calls.get(livekit, room, identity)
    await moderation.remove(livekit, room, identity)


def _ringing(asked: timedelta | None) -> float:
    return (asked.total_seconds() if asked else RINGING_SECONDS) + GRACE_SECONDS


async def _dialled(livekit: LiveKit, name: str, call: Any, request: Any, seconds: float) -> Any:
    try:
        return await livekit.write(name, call, request, seconds=seconds)
    except TimedOut as error:
        if not await _answers(livekit):
            raise
        raise TimedOut("Nothing was heard of it in time.", advice=GOES_ON) from error
    except LiveKitError as error:
        raise _plain(error) from error


def _plain(error: LiveKitError) -> LiveKitError:
    """Give the error in the words of a phone, where livekit-sip says it without a SIP status."""
    if SILENT in error.reason:
        return NoWorker("LiveKit answers, but no SIP worker took it.", advice=NO_WORKER)
    if "cpu exhausted" in error.reason:
        return NoWorker("The SIP worker takes no more calls: it has no CPU left.", advice=FULL)
    if "max auth retry attempts" in error.reason:
        return CallFailed(
            "The provider does not accept the trunk's user name and password.",
            advice="Correct them in the trunk.",
        )
    if "sip request timed out" in error.reason:
        return CallFailed("Nobody answered in time.", advice="Try again, or ring longer.")
    # LiveKit's own limit and the worker's end at the same moment: either may say so first
    if "request timed out" in error.reason or "refer canceled" in error.reason:
        return CallFailed("Nobody answered in time.", advice=GOES_ON)
    return error


async def _answers(livekit: LiveKit) -> bool:
    """Whether LiveKit itself still answers after a call that did not."""
    try:
        with livekit.scope(seconds=0.5):
            await trunks(livekit)
    except LiveKitError:
        return False
    return True
