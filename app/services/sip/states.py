"""The states and types of calls, trunks, dispatch rules and routes."""

from enum import StrEnum


class CallStatus(StrEnum):
    """Where a call stands (livekit-sip, attribute `sip.callStatus`)."""

    DIALING = "dialing"
    RINGING = "ringing"
    AUTOMATION = "automation"
    ACTIVE = "active"
    HANGUP = "hangup"
    UNKNOWN = "unknown"


class CallDirection(StrEnum):
    """Who called (a rule lets callers in, a trunk without a rule dials out)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    UNKNOWN = "unknown"


class TrunkKind(StrEnum):
    """Which calls a trunk is for (livekit_sip.proto, SIPInboundTrunkInfo, SIPOutboundTrunkInfo)."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"


class RuleKind(StrEnum):
    """Which room a dispatch rule puts a caller into (livekit_sip.proto, SIPDispatchRule)."""

    DIRECT = "direct"
    INDIVIDUAL = "individual"
    CALLEE = "callee"
    UNKNOWN = "unknown"


class RouteResult(StrEnum):
    """What becomes of an incoming call (rpc/io.proto, SIPDispatchResult, or an error)."""

    ACCEPT = "accept"
    REQUEST_PIN = "request_pin"
    DROP = "drop"
    REFUSED = "refused"


class Transport(StrEnum):
    """How SIP is carried (livekit_sip.proto, SIPTransport)."""

    AUTO = "auto"
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"
    UNKNOWN = "unknown"


class MediaEncryption(StrEnum):
    """Return whether a call's sound is encrypted (livekit_sip.proto, SIPMediaEncryption)."""

    DISABLE = "disable"
    ALLOW = "allow"
    REQUIRE = "require"
    UNKNOWN = "unknown"


class HeaderOptions(StrEnum):
    """Which SIP headers become attributes (livekit_sip.proto, SIPHeaderOptions)."""

    NONE = "none"
    X = "x"
    ALL = "all"
    UNKNOWN = "unknown"
