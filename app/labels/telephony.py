"""Labels of calls, trunks, dispatch rules and routes."""

from app.labels.label import NEWER, Word, Words
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

TELEPHONY: Words = {
    CallStatus: {
        CallStatus.DIALING: Word(
            "dialing", "warn", "The call goes out; the other end has not answered yet."
        ),
        CallStatus.RINGING: Word(
            "ringing", "warn", "It rings at the other end, or waits to be let in."
        ),
        CallStatus.AUTOMATION: Word(
            "automation", "warn", "It is connected, and its DTMF digits are being sent."
        ),
        CallStatus.ACTIVE: Word("active", "ok", "Both ends hear each other."),
        CallStatus.HANGUP: Word(
            "hung up", "", "The call has ended; the participant is about to leave."
        ),
        CallStatus.UNKNOWN: Word(
            "not told", "", "The participant has no sip.callStatus attribute, or one that is new."
        ),
    },
    CallDirection: {
        CallDirection.INBOUND: Word("called in", "", "A dispatch rule chose the room."),
        CallDirection.OUTBOUND: Word("dialled out", "", "LiveKit called."),
        CallDirection.UNKNOWN: Word(
            "not told", "", "The participant's attributes do not tell who called."
        ),
    },
    TrunkKind: {
        TrunkKind.INBOUND: Word("inbound", "", "Callers come in by it."),
        TrunkKind.OUTBOUND: Word("outbound", "", "LiveKit dials out by it."),
    },
    RuleKind: {
        RuleKind.DIRECT: Word("direct", "", "Every caller comes into the same room."),
        RuleKind.INDIVIDUAL: Word("individual", "", "Every caller gets a room of its own."),
        RuleKind.CALLEE: Word("callee", "", "The room is named after the number that was called."),
        RuleKind.UNKNOWN: NEWER,
    },
    RouteResult: {
        RouteResult.ACCEPT: Word("let in", "ok", "The caller comes into a room."),
        RouteResult.REQUEST_PIN: Word("asked for a PIN", "warn", "The caller is to type a PIN."),
        RouteResult.DROP: Word(
            "dropped", "bad", "The SIP worker gives the caller no answer at all."
        ),
        RouteResult.REFUSED: Word(
            "refused", "bad", "LiveKit answers the SIP worker with an error, and the call fails."
        ),
    },
    Transport: {
        Transport.AUTO: Word("auto", "", "Chosen by the address, UDP at first."),
        Transport.UDP: Word("UDP", "", "Signalling in the clear, over UDP."),
        Transport.TCP: Word("TCP", "", "Signalling in the clear, over TCP."),
        Transport.TLS: Word("TLS", "", "Signalling encrypted."),
        Transport.UNKNOWN: NEWER,
    },
    MediaEncryption: {
        MediaEncryption.DISABLE: Word("off", "", "The sound is not encrypted."),
        MediaEncryption.ALLOW: Word(
            "allowed", "", "The sound is encrypted where the other end can."
        ),
        MediaEncryption.REQUIRE: Word(
            "required", "", "A call whose sound cannot be encrypted fails."
        ),
        MediaEncryption.UNKNOWN: NEWER,
    },
    HeaderOptions: {
        HeaderOptions.NONE: Word("none", "", "Only the headers that are mapped by name."),
        HeaderOptions.X: Word("X-*", "", "All X-* headers become sip.h.x-* attributes."),
        HeaderOptions.ALL: Word("all", "", "All headers become sip.h.* attributes."),
        HeaderOptions.UNKNOWN: NEWER,
    },
}
