"""Labels of participants."""

from app.labels.label import Label, Labels
from app.services.rooms.states import ParticipantKind

ROOMS: Labels = {
    ParticipantKind: {
        ParticipantKind.STANDARD: Label("standard", "", "A client with an ordinary token."),
        ParticipantKind.AGENT: Label("agent", "", "A program of LiveKit's agent framework."),
        ParticipantKind.SIP: Label("SIP", "", "A phone call."),
        ParticipantKind.INGRESS: Label("ingress", "", "Publishes the media of an ingress."),
        ParticipantKind.EGRESS: Label("egress", "", "Records or streams the room."),
        ParticipantKind.CONNECTOR: Label(
            "connector", "", "A call through a connector, such as WhatsApp or Twilio."
        ),
        ParticipantKind.BRIDGE: Label(
            "bridge", "", "Media from another protocol, such as RTSP cameras."
        ),
    },
}
