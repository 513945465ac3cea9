"""Who is in a room, as its page lists them."""

from dataclasses import dataclass

from livekit.protocol import models

from app.services.lists import Ask, Table, tabulate
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import plain_name
from app.services.rooms.participants import COLUMNS, Participant, listed, record
from app.text.paths import room_path


@dataclass(frozen=True, slots=True)
class People:
    """One page of a room's participants; the kinds of all, and how many take one of its places.

    LiveKit counts neither agents nor egress nor recorders where a room has a limit.
    """

    table: Table[Participant]
    kinds: frozenset[str]
    places: int


def _takes_a_place(who: models.ParticipantInfo) -> bool:
    """As livekit-server 1.13.5 counts (`IsDependent` in pkg/rtc/participant.go)."""
    apart = {models.ParticipantInfo.Kind.AGENT, models.ParticipantInfo.Kind.EGRESS}
    return not (who.kind in apart or who.permission.agent or who.permission.recorder)


async def of_room(livekit: LiveKit, room: str, ask: Ask) -> People:
    """Give who is in the room, a page of them, by one LiveKit call."""
    everybody = await listed(livekit, room)
    wanted = ask.q.casefold()
    found = [p for p in everybody if wanted in p.identity.casefold() or wanted in p.name.casefold()]
    path = room_path(room)
    kinds = {participant.kind for participant in everybody}
    return People(
        tabulate(found, ask, COLUMNS, record, total=len(everybody), path=path),
        frozenset(plain_name(models.ParticipantInfo.Kind, kind) for kind in kinds),
        sum(map(_takes_a_place, everybody)),
    )
