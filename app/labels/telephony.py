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
            "dialing", "warn", "The call is being placed; the remote party has not answered yet."
        ),
        CallStatus.RINGING: Label(
            "ringing",
            "warn",
            "The remote phone is ringing, or the caller is waiting to be connected.",
        ),
        CallStatus.AUTOMATION: Label(
            "automation", "warn", "The call is connected, and its DTMF digits are being sent."
        ),
        CallStatus.ACTIVE: Label("active", "ok", "Both parties are connected."),
        CallStatus.HANGUP: Label(
            "hung up", "", "The call has ended; the participant is about to leave."
        ),
        CallStatus.UNKNOWN: Label(
            "unknown", "", "The participant has no sip.callStatus attribute, or a newer value."
        ),
    },
    CallDirection: {
        CallDirection.INBOUND: Label("inbound", "", "A dispatch rule chose the room."),
        CallDirection.OUTBOUND: Label("outbound", "", "LiveKit placed the call."),
        CallDirection.UNKNOWN: Label(
            "unknown", "", "The participant's attributes don't show who called."
        ),
    },
    TrunkKind: {
        TrunkKind.INBOUND: Label("inbound", "", "Receives calls."),
        TrunkKind.OUTBOUND: Label("outbound", "", "Places calls."),
    },
    RuleKind: {
        RuleKind.DIRECT: Label("direct", "", "All callers join the same room."),
        RuleKind.INDIVIDUAL: Label("individual", "", "Every caller gets a separate room."),
        RuleKind.CALLEE: Label("callee", "", "The room is named after the number that was called."),
        RuleKind.UNKNOWN: NEWER,
    },
    RouteResult: {
        RouteResult.ACCEPT: Label("accepted", "ok", "The caller joins a room."),
        RouteResult.REQUEST_PIN: Label("asked for a PIN", "warn", "The caller has to enter a PIN."),
        RouteResult.DROP: Label(
            "never answered",
            "bad",
            "The caller hears it ring until giving up: the SIP worker drops the call without an "
            "answer.",
        ),
        RouteResult.REFUSED: Label(
            "rejected", "bad", "LiveKit returns an error to the SIP worker, and the call fails."
        ),
    },
    Transport: {
        Transport.AUTO: Label("auto", "", "Selected by the address; UDP first."),
        Transport.UDP: Label("UDP", "", "Unencrypted signaling over UDP."),
        Transport.TCP: Label("TCP", "", "Unencrypted signaling over TCP."),
        Transport.TLS: Label("TLS", "", "Encrypted signaling."),
        Transport.UNKNOWN: NEWER,
    },
    MediaEncryption: {
        MediaEncryption.DISABLE: Label("off", "", "Media is not encrypted."),
        MediaEncryption.ALLOW: Label(
            "optional", "", "Media is encrypted if the remote party supports it."
        ),
        MediaEncryption.REQUIRE: Label(
            "required", "", "A call whose media can't be encrypted fails."
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
