"""A call to place, and LiveKit's request for it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Literal

from google.protobuf.duration_pb2 import Duration
from livekit.api import CreateSIPParticipantRequest, SIPOutboundConfig
from livekit.protocol.sip import (
    Destination,
    SIPCodec,
    SIPMediaConfig,
    SIPNamedDest,
    SIPRequestDest,
)

Transport = Literal[
    "SIP_TRANSPORT_AUTO", "SIP_TRANSPORT_UDP", "SIP_TRANSPORT_TCP", "SIP_TRANSPORT_TLS"
]
Encryption = Literal[
    "", "SIP_MEDIA_ENCRYPT_DISABLE", "SIP_MEDIA_ENCRYPT_ALLOW", "SIP_MEDIA_ENCRYPT_REQUIRE"
]
Headers = Literal["SIP_NO_HEADERS", "SIP_X_HEADERS", "SIP_ALL_HEADERS"]


@dataclass(frozen=True, slots=True)
class OwnTrunk:
    """A trunk for one call only; its password must never reach a log."""

    hostname: str
    transport: Transport = "SIP_TRANSPORT_AUTO"
    destination_country: str = ""
    from_host: str = ""
    auth_username: str = ""
    auth_password: str = field(default="", repr=False)
    headers_to_attributes: Mapping[str, str] = field(default_factory=dict)
    attributes_to_headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Media:
    """Media options; what is not set is the trunk's. Codecs have a rate, 0 for any."""

    encryption: Encryption = ""
    codecs: tuple[tuple[str, int], ...] = ()
    only_listed_codecs: bool = False
    media_timeout: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call ends, by which LiveKit may choose its own region."""

    city: str = ""
    country: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to place, on a trunk by its id or one of its own; times are None for the default.

    `display_name` is None for the number, and empty for none at all. `to_user` replaces the number
    in the To header. `request_uri` and `from_header` are complete addresses: livekit-sip v1.11
    refuses a user without a host, and a To header beside a number.
    """

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
    request_uri: str = ""
    to_user: str = ""
    from_header: str = ""
    from_name: str = ""
    place: Place = Place()
    dtmf: str = ""
    play_dialtone: bool = False
    hide_phone_number: bool = False
    krisp_enabled: bool = False
    media: Media = Media()
    ringing_timeout: timedelta | None = None
    max_call_duration: timedelta | None = None
    display_name: str | None = None
    wait_until_answered: bool = False


def request(new: NewCall) -> CreateSIPParticipantRequest:
    """Return LiveKit's request for the call."""
    trunk = new.trunk
    return CreateSIPParticipantRequest(
        sip_trunk_id=trunk if isinstance(trunk, str) else "",
        trunk=None if isinstance(trunk, str) else SIPOutboundConfig(**asdict(trunk)),
        sip_request_uri=SIPRequestDest(raw=new.request_uri) if new.request_uri else None,
        sip_from_header=_from(new),
        sip_call_to=new.to,
        to_user_override=new.to_user,
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
        ringing_timeout=duration(new.ringing_timeout),
        max_call_duration=duration(new.max_call_duration),
        krisp_enabled=new.krisp_enabled,
        media=_media(new.media),
        wait_until_answered=new.wait_until_answered,
        display_name=new.display_name,
        destination=Destination(**asdict(new.place)) if new.place != Place() else None,
    )


def duration(span: timedelta | None) -> Duration | None:
    """Return a time as LiveKit has it; None for none."""
    if span is None:
        return None
    made = Duration()
    made.FromTimedelta(span)
    return made


def _media(media: Media) -> SIPMediaConfig | None:
    if media == Media():
        return None
    return SIPMediaConfig(
        encryption=media.encryption or None,
        codecs=[SIPCodec(name=name, rate=rate) for name, rate in media.codecs],
        only_listed_codecs=media.only_listed_codecs,
        media_timeout=duration(media.media_timeout),
    )


def _from(new: NewCall) -> SIPNamedDest | None:
    if not new.from_header:
        return None
    return SIPNamedDest(raw=new.from_header, display_name=new.from_name)
