"""What a participant is."""

from enum import StrEnum


class ParticipantKind(StrEnum):
    """The type in a participant's token (livekit_models.proto, ParticipantInfo.Kind)."""

    STANDARD = "standard"
    INGRESS = "ingress"
    EGRESS = "egress"
    SIP = "sip"
    AGENT = "agent"
    CONNECTOR = "connector"
    BRIDGE = "bridge"
