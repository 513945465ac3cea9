"""Dialling out, transferring and ending calls."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Literal

from google.protobuf.duration_pb2 import Duration
from livekit.api import (
    CreateSIPParticipantRequest,
    ListSIPOutboundTrunkRequest,
    SIPOutboundConfig,
    SIPOutboundTrunkInfo,
    TransferSIPParticipantRequest,
)
from livekit.protocol import sip

from app.errors import CallFailed, Invalid, LiveKitError, NotFound, NoWorker, TimedOut
from app.services import moderation, sip_calls
from app.services.livekit import LiveKit
from app.services.sip_calls import Call
from app.services.twirp import SILENT

Transport = Literal[
    "SIP_TRANSPORT_AUTO", "SIP_TRANSPORT_UDP", "SIP_TRANSPORT_TCP", "SIP_TRANSPORT_TLS"
]
Encryption = Literal[
    "", "SIP_MEDIA_ENCRYPT_DISABLE", "SIP_MEDIA_ENCRYPT_ALLOW", "SIP_MEDIA_ENCRYPT_REQUIRE"
]
Headers = Literal["SIP_NO_HEADERS", "SIP_X_HEADERS", "SIP_ALL_HEADERS"]
# What a provider may take beyond the ringing, before LiveKit has its answer.
GRACE_SECONDS = 5.0
RINGING_SECONDS = 30  # livekit-sip's own, where none is asked for
GOES_ON = "It goes on all the same, and may still be answered: look at the calls first."
FULL = "Add a worker, or try again when fewer calls go on."
NO_WORKER = (
    "Start livekit-sip, with the same Redis as LiveKit and its API key. Look at the calls before "
    "you send this again."
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
class OwnTrunk:
    """A trunk for one call only; its password must never reach a log."""

    hostname: str
    transport: Transport = "SIP_TRANSPORT_AUTO"
    destination_country: str = ""
    from_host: str = ""
    auth_username: str = ""
    auth_password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to make: by a trunk's id or an own trunk; times are None for the worker's default."""

    to: str
    room: str
    trunk: str | OwnTrunk
    number: str = ""
    identity: str = ""
    name: str = ""
    metadata: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    include_headers: Headers = "SIP_NO_HEADERS"
    dtmf: str = ""
    play_dialtone: bool = False
    hide_phone_number: bool = False
    krisp_enabled: bool = False
    encryption: Encryption = ""
    ringing_timeout: timedelta | None = None
    max_call_duration: timedelta | None = None
    display_name: str | None = None
    wait_until_answered: bool = False


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
        made = await _dialled(livekit, "CreateSIPParticipant", call, _request(new), seconds)
    except NotFound as error:
        raise Invalid(fields={"trunk": f"The trunk is gone: {error.reason}"}) from error
    return made.room_name, made.participant_identity


async def transfer(livekit: LiveKit, call: Call, target: Target) -> None:
    """Let the provider connect the other end to the target; waits until it has, or has not.

    Raises CallFailed with the SIP status, NoWorker, NotFound; else a LiveKitError.
    """
    request = TransferSIPParticipantRequest(
        room_name=call.room,
        participant_identity=call.identity,
        transfer_to=target.to,
        play_dialtone=target.play_dialtone,
        headers=target.headers,
        ringing_timeout=_duration(target.ringing_timeout),
    )
    seconds = _ringing(target.ringing_timeout)
    transferring = livekit.api.sip.transfer_sip_participant
    await _dialled(livekit, "TransferSIPParticipant", transferring, request, seconds)


async def end(livekit: LiveKit, room: str, identity: str) -> None:
    """Hang up: the participant is removed from its room. Raises NotFound."""
    await sip_calls.get(livekit, room, identity)
    await moderation.remove(livekit, room, identity)


def _duration(span: timedelta | None) -> Duration | None:
    if span is None:
        return None
    duration = Duration()
    duration.FromTimedelta(span)
    return duration


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
    livekit.renew_deadline(seconds=0.5)
    try:
        await trunks(livekit)
    except LiveKitError:
        return False
    return True


def _request(new: NewCall) -> CreateSIPParticipantRequest:
    given = new.trunk
    return CreateSIPParticipantRequest(
        sip_trunk_id=given if isinstance(given, str) else "",
        trunk=None if isinstance(given, str) else SIPOutboundConfig(**asdict(given)),
        sip_call_to=new.to,
        sip_number=new.number,
        room_name=new.room,
        participant_identity=new.identity,
        participant_name=new.name,
        participant_metadata=new.metadata,
        participant_attributes=new.attributes,
        dtmf=new.dtmf,
        play_dialtone=new.play_dialtone,
        hide_phone_number=new.hide_phone_number,
        headers=new.headers,
        include_headers=new.include_headers,
        ringing_timeout=_duration(new.ringing_timeout),
        max_call_duration=_duration(new.max_call_duration),
        krisp_enabled=new.krisp_enabled,
        media=sip.SIPMediaConfig(encryption=new.encryption) if new.encryption else None,
        wait_until_answered=new.wait_until_answered,
        display_name=new.display_name,
    )
