"""The participant of an ingress, which is in the room while its worker publishes."""

from app.errors import LiveKitError, NotFound
from app.services.ingress.ingresses import Ingress
from app.services.ingress.states import IngressStatus
from app.services.livekit.client import LiveKit
from app.services.rooms import participants

ATTRIBUTE = "ingress.ingressID"  # livekit/protocol, livekit/attrs.go


async def is_deserted(livekit: LiveKit, ingress: Ingress) -> bool:
    """Return whether the ingress is publishing although its participant isn't in the room.

    livekit-ingress reports only changes of its state (SendStateUpdate in pkg/params/params.go), so
    LiveKit keeps the state of a worker that has crashed. False if LiveKit doesn't answer.
    """
    if ingress.status is not IngressStatus.PUBLISHING or not ingress.room:
        return False
    try:
        who = await participants.get(livekit, ingress.room, ingress.identity)
    except NotFound:
        return True
    except LiveKitError:
        return False
    # old workers set no attribute
    return who.kind != "ingress" or who.attributes.get(ATTRIBUTE, ingress.id) != ingress.id
