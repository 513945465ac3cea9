"""What jobs do to each of their items; how is in `app.jobs.acts`."""

from enum import StrEnum


class JobKind(StrEnum):
    """What a job does to each of its items."""

    DELETE_ROOMS = "rooms.delete"
    REMOVE_PARTICIPANTS = "participants.remove"
    STOP_EGRESS = "egress.stop"
    DELETE_INGRESS = "ingress.delete"
