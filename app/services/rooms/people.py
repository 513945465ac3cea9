"""Participants of one room, as its page lists them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from livekit.protocol import models

from app.services import lists
from app.services.lists import Ask, Columns, Listing, Table
from app.services.livekit.client import LiveKit
from app.services.livekit.enums import Newer, from_proto, plain_name
from app.services.livekit.times import joined, joined_ms
from app.services.rooms.participants import (
    MARK,
    Participant,
    Permissions,
    State,
    is_called,
    listed,
    permissions,
    record,
)
from app.services.rooms.states import ParticipantKind
from app.services.rooms.tracks import Published, published
from app.services.terms import in_metadata, terms
from app.text.natural import natural

Kind = models.ParticipantInfo.Kind
Publishing = Literal["", "any", "none", "microphone", "camera", "screen_share"]
Muted = Literal["", "yes", "no"]
# The attribute in which livekit-agents reports what an agent does (agents/types.py).
AGENT_STATE = "lk.agent.state"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many participants a room has, and how many agents, recorders and observers.

    As in LiveKit's limit of a room, agents, egress and recorders don't count as participants. The
    dashboard's hidden observers are counted separately too: they join as agents, so that they take
    no place.
    """

    participants: int
    agents: int
    recorders: int
    observers: int
    places: int


@dataclass(frozen=True, slots=True)
class Person:
    """A participant as one row of the list; `observes` is the dashboard user who watches by it."""

    sid: str
    identity: str
    name: str
    kind: ParticipantKind | Newer
    state: State | Newer
    joined: datetime | None
    permissions: Permissions
    observes: str
    agent_state: str
    tracks: tuple[Published, ...]

    @property
    def label(self) -> str:
        """The name to show: the display name, or else the identity."""
        return self.name or self.identity

    @property
    def serves(self) -> bool:
        """Return whether it is only there to record, feed or watch the room."""
        serving = self.kind in {"egress", "ingress"} or self.permissions.recorder
        return serving or self.observes != ""


@dataclass(frozen=True, slots=True)
class People:
    """One page of a room's participants; the counts, jobs and agents of the whole room.

    `opened` has every detail of those whose rows are expanded, by SID. `egress` are the IDs of the
    egress jobs that are in the room, and `ingress` is the number of its ingress participants.
    """

    table: Table[Person]
    opened: Mapping[str, Participant]
    counts: Counts
    egress: Sequence[str]
    ingress: int
    agents: Sequence[models.ParticipantInfo]


def is_agent(who: models.ParticipantInfo) -> bool:
    """Return whether LiveKit counts it as an agent, and it isn't the dashboard's own observer."""
    return bool(who.kind == Kind.AGENT or who.permission.agent) and not is_observer(who)


def _is_recorder(who: models.ParticipantInfo) -> bool:
    return bool(who.kind == Kind.EGRESS or who.permission.recorder)


def is_observer(who: models.ParticipantInfo) -> bool:
    """Return whether a user of the dashboard watches the room through this participant."""
    return bool(who.permission.hidden and who.attributes.get(MARK))


def _takes_a_place(who: models.ParticipantInfo) -> bool:
    """Return whether livekit-server counts it (IsDependent in pkg/rtc/participant.go)."""
    dependent = who.kind == Kind.AGENT or who.permission.agent or _is_recorder(who)
    return not dependent


def count(present: Sequence[models.ParticipantInfo]) -> Counts:
    """Return how many participants, agents, recorders and observers are in a room."""
    places = sum(map(_takes_a_place, present))
    observers = list(filter(is_observer, present))
    agents = sum(map(is_agent, present))
    seated = sum(map(_takes_a_place, observers))
    return Counts(
        participants=places - seated,
        agents=agents,
        recorders=len(present) - places - agents - (len(observers) - seated),
        observers=len(observers),
        places=places,
    )


def publishes(who: models.ParticipantInfo, publishing: Publishing, muted: Muted) -> bool:
    """Return whether the participant's tracks pass the two filters, which may be empty.

    `publishing` is the source of a track, `any`, or `none`; `muted` is about the tracks of that
    source, and means that at least one of them is muted, or isn't.
    """
    tracks = list(who.tracks)
    if publishing in {"any", "none"}:
        if bool(tracks or who.data_tracks) != (publishing == "any"):
            return False
    elif publishing:
        source = models.TrackSource.Value(publishing.upper())
        tracks = [track for track in tracks if track.source == source]
        if not tracks:
            return False
    return not muted or any(track.muted == (muted == "yes") for track in tracks)


@dataclass(frozen=True, slots=True)
class Wanted(lists.Wanted[models.ParticipantInfo]):
    """Which participants a room's page shows; the filters are those of the list of all rooms."""

    kind: Literal[""] | ParticipantKind = ""
    publishing: Publishing = ""
    muted: Muted = ""

    def matches(self, item: models.ParticipantInfo, q: str) -> bool:
        """Return whether it passes, with `q` in a name, an ID, a number or its metadata."""
        text, metadata = terms(q)
        return (
            self.kind in {"", plain_name(Kind, item.kind)}
            and publishes(item, self.publishing, self.muted)
            and is_called(item, text)
            and in_metadata(item.metadata, metadata)
        )


COLUMNS: Columns[models.ParticipantInfo] = Columns(
    {
        "name": lambda who: natural(who.name or who.identity),
        "identity": lambda who: natural(who.identity),
        "joined": joined_ms,
        "tracks": lambda who: len(who.tracks) + len(who.data_tracks),
        "sid": lambda who: who.sid,
    },
    default="name",
    ties="sid",
)


def person(who: models.ParticipantInfo) -> Person:
    """Translate the protobuf to what a row shows."""
    return Person(
        sid=who.sid,
        identity=who.identity,
        name=who.name,
        kind=from_proto(ParticipantKind, Kind, who.kind),
        state=from_proto(State, models.ParticipantInfo.State, who.state),
        joined=joined(who),
        permissions=permissions(who.permission),
        observes=who.attributes.get(MARK, "") if who.permission.hidden else "",
        agent_state=who.attributes.get(AGENT_STATE, "") if is_agent(who) else "",
        tracks=published(who),
    )


LISTING = Listing(COLUMNS, person)


async def of_room(
    livekit: LiveKit,
    room: str,
    ask: Ask,
    wanted: Wanted,
    *,
    observers: bool = False,
    opened: Collection[str] = (),
) -> People:
    """Return one page of the room's participants, by one LiveKit call.

    The dashboard's own observers are included only with `observers`; `opened` are the SIDs of
    the rows to expand.
    """
    present = await listed(livekit, room)
    table = LISTING.table(shown(present, observers=observers), ask, wanted)
    expanded = {row.sid for row in table.rows}.intersection(opened)
    return People(
        table=table,
        opened={who.sid: record(who) for who in present if who.sid in expanded},
        counts=count(present),
        egress=[who.identity for who in present if who.kind == Kind.EGRESS],
        ingress=sum(who.kind == Kind.INGRESS for who in present),
        agents=[who for who in present if who.kind == Kind.AGENT and not is_observer(who)],
    )


def shown(
    present: Sequence[models.ParticipantInfo], *, observers: bool = False
) -> list[models.ParticipantInfo]:
    """Return the participants to list: without the dashboard's observers, unless they are asked."""
    return [who for who in present if observers or not is_observer(who)]
