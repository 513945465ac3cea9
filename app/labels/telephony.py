"""Labels of calls, trunks, dispatch rules and routes."""

from app.labels.label import NEWER, Label, Labels
from app.services.sip.states import (
    CallDirection,
    CallStatus,
    HeaderOptions,
    MediaEncryption,
    RouteResult,
    RuleKind,
    Transport,
    TrunkKind,
)

TELEPHONY: Labels = {
    CallStatus: {
        CallStatus.DIALING: Label(
            "dialing", "warn", "The call goes out; the other end has not answered yet."
        ),
        CallStatus.RINGING: Label(
            "ringing", "warn", "It rings at the other end, or waits to be let in."
        ),
        CallStatus.AUTOMATION: Label(
            "automation", "warn", "It is connected, and its DTMF digits are being sent."
        ),
        CallStatus.ACTIVE: Label("active", "ok", "Both ends hear each other."),
        CallStatus.HANGUP: Label(
            "hung up", "", "The call has ended; the participant is about to leave."
        ),
        CallStatus.UNKNOWN: Label(
            "not told", "", "The participant has no sip.callStatus attribute, or one that is new."
        ),
    },
    CallDirection: {
        CallDirection.INBOUND: Label("called in", "", "A dispatch rule chose the room."),
        CallDirection.OUTBOUND: Label("dialled out", "", "LiveKit called."),
        CallDirection.UNKNOWN: Label(
            "not told", "", "The participant's attributes do not tell who called."
        ),
    },
    TrunkKind: {
        TrunkKind.INBOUND: Label("inbound", "", "Callers come in by it."),
        TrunkKind.OUTBOUND: Label("outbound", "", "LiveKit dials out by it."),
    },
    RuleKind: {
        RuleKind.DIRECT: Label("direct", "", "Every caller comes into the same room."),
        RuleKind.INDIVIDUAL: Label("individual", "", "Every caller gets a room of its own."),
        RuleKind.CALLEE: Label("callee", "", "The room is named after the number that was called."),
        RuleKind.UNKNOWN: NEWER,
    },
    RouteResult: {
        RouteResult.ACCEPT: Label("let in", "ok", "The caller comes into a room."),
        RouteResult.REQUEST_PIN: Label("asked for a PIN", "warn", "The caller is to type a PIN."),
        RouteResult.DROP: Label(
            "dropped", "bad", "The SIP worker gives the caller no answer at all."
        ),
        RouteResult.REFUSED: Label(
            "refused", "bad", "LiveKit answers the SIP worker with an error, and the call fails."
        ),
    },
    Transport: {
        Transport.AUTO: Label("auto", "", "Chosen by the address, UDP at first."),
        Transport.UDP: Label("UDP", "", "Signalling in the clear, over UDP."),
        Transport.TCP: Label("TCP", "", "Signalling in the clear, over TCP."),
        Transport.TLS: Label("TLS", "", "Signalling encrypted."),
        Transport.UNKNOWN: NEWER,
    },
    MediaEncryption: {
        MediaEncryption.DISABLE: Label("off", "", "The sound is not encrypted."),
        MediaEncryption.ALLOW: Label(
            "allowed", "", "The sound is encrypted where the other end can."
        ),
        MediaEncryption.REQUIRE: Label(
            "required", "", "A call whose sound cannot be encrypted fails."
        ),
        MediaEncryption.UNKNOWN: NEWER,
    },
    HeaderOptions: {
        HeaderOptions.NONE: Label("none", "", "Only the headers that are mapped by name."),
        HeaderOptions.X: Label("X-*", "", "All X-* headers become sip.h.x-* attributes."),
        HeaderOptions.ALL: Label("all", "", "All headers become sip.h.* attributes."),
        HeaderOptions.UNKNOWN: NEWER,
    },
}
