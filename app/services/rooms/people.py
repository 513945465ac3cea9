"""Participants of one room, as its page lists them."""

from collections.abc import Sequence
from dataclasses import dataclass

from livekit.protocol import models

from app.services import lists
from app.services.lists import Ask, Listing, Table, contain
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import plain_name
from app.services.rooms.participants import COLUMNS, MARK, Participant, listed, record

Kind = models.ParticipantInfo.Kind


@dataclass(frozen=True, slots=True)
class Counts:
    """How many participants a room has, and how many agents, recorders and observers.

    As in LiveKit's limit of a room, agents, egress and recorders don't count as participants. The
    dashboard's hidden observers are counted separately too, although each takes a place.
    """

    participants: int
    agents: int
    recorders: int
    observers: int
    places: int


@dataclass(frozen=True, slots=True)
class People:
    """One page of a room's participants; the counts, the kinds and the agents of the whole room."""

    table: Table[Participant]
    counts: Counts
    kinds: frozenset[str]
    agents: Sequence[models.ParticipantInfo]


def _is_agent(who: models.ParticipantInfo) -> bool:
    return bool(who.kind == Kind.AGENT or who.permission.agent)


def _is_recorder(who: models.ParticipantInfo) -> bool:
    return bool(who.kind == Kind.EGRESS or who.permission.recorder)


def is_observer(who: models.ParticipantInfo) -> bool:
    """Return whether a user of the dashboard watches the room through this participant."""
    return bool(who.permission.hidden and who.attributes.get(MARK))


def _takes_a_place(who: models.ParticipantInfo) -> bool:
    """Return whether livekit-server counts it (IsDependent in pkg/rtc/participant.go)."""
    return not (_is_agent(who) or _is_recorder(who))


def count(present: Sequence[models.ParticipantInfo]) -> Counts:
    """Return how many participants, agents, recorders and observers are in a room."""
    places = sum(map(_takes_a_place, present))
    observers = sum(is_observer(who) for who in present if _takes_a_place(who))
    agents = sum(map(_is_agent, present))
    return Counts(
        participants=places - observers,
        agents=agents,
        recorders=len(present) - places - agents,
        observers=observers,
        places=places,
    )


@dataclass(frozen=True, slots=True)
class Called(lists.Wanted[models.ParticipantInfo]):
    """Which participants a room's page shows: it has no filter but the text."""

    def matches(self, item: models.ParticipantInfo, q: str) -> bool:
        """Return whether the participant's identity or name contains `q`."""
        return contain((item.identity, item.name), q)


LISTING = Listing(COLUMNS, record)


async def of_room(livekit: LiveKit, room: str, ask: Ask, *, observers: bool = False) -> People:
    """Return one page of the room's participants, by one LiveKit call.

    The dashboard's own observers are included only with `observers`.
    """
    present = await listed(livekit, room)
    shown = [who for who in present if observers or not is_observer(who)]
    return People(
        LISTING.table(shown, ask, Called()),
        count(present),
        frozenset(plain_name(Kind, who.kind) for who in present),
        [who for who in present if who.kind == Kind.AGENT],
    )
