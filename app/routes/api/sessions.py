"""/api/v1/sessions: sessions of rooms that history has, and who was in them."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Query
from pydantic import Field

from app.routes.history.shared import check_personal, check_room, masking
from app.security.roles import Permission
from app.services.history import connections, session_list, sessions
from app.services.history.connections import Connection
from app.services.history.lists.ranges import Range
from app.services.history.lists.walking import Place
from app.services.history.sessions import Wanted
from app.text.paths import name_in
from app.web.api.access import api_router, reads
from app.web.api.history import InferredRecord, Moment, RoomPattern, following, place_of
from app.web.api.listing import AskedDep, Page, Seconds
from app.web.deps import StoreDep, UserDep

router = api_router("/sessions", "Sessions")


class Session(InferredRecord):
    """A room from its start to its end.

    One whose end is inferred ended between `ended_after`, if that is known, and `ended_at`.
    `participants` and `peak` are people and calls. Without the permission personal.read, phone
    numbers in the name of the room are masked.
    """

    sid: str
    room: str
    started_at: datetime
    started_inferred: bool
    ended_at: datetime | None = Field(description="Null if it is open.")
    ended_inferred: bool
    ended_after: datetime | None
    end_reason: str | None = Field(description="Null if it is open.")
    duration: Seconds | None
    participants: int
    peak: int = Field(description="The most at one time.")
    agents: int
    calls: int
    egress: int
    ingress: int
    failures: int = Field(description="Aborted joins, and failed egress, ingress and calls.")


class SessionParticipant(InferredRecord):
    """A connection to a session; an identity may have many.

    Without the permission personal.read, `identity` stands for a person within the page.
    """

    sid: str
    identity: str
    name: str
    kind: str
    hidden: bool
    joined_at: datetime
    joined_inferred: bool
    left_at: datetime | None = Field(description="Null if it is there.")
    left_inferred: bool
    left_after: datetime | None
    reason: str | None = Field(description="Why it left, as LiveKit names it; null if it is there.")
    aborted: bool = Field(description="It never became active.")


async def _sid(
    sid: Annotated[str, Path(max_length=1000, description="the SID of a session")],
) -> str:
    return name_in(sid)


Sid = Annotated[str, Depends(_sid)]


@router.get("", dependencies=reads(Permission.HISTORY_READ))
async def list_sessions(
    store: StoreDep,
    user: UserDep,
    asked: AskedDep,
    room: RoomPattern = "",
    identity: Annotated[
        str, Query(max_length=1000, description="who was there; needs personal.read")
    ] = "",
    since: Annotated[Moment | None, Query(description="when they started at least")] = None,
    until: Annotated[Moment | None, Query(description="before when they started")] = None,
) -> Page[Session]:
    """List the sessions, newest first.

    With an identity, they are in the order in which it joined them last, and the times are those
    of its joins.
    """
    check_personal(user, identity)
    check_room(user, room)
    wanted = Wanted(room=room, identity=identity, started=Range(since, until))
    found = await session_list.page(store, wanted, place_of(asked))
    masks = masking(user)
    return following(Session, found, [_session(masks.in_room(each)) for each in found.rows])


@router.get("/{sid}", dependencies=reads(Permission.HISTORY_READ))
async def get_session(store: StoreDep, user: UserDep, sid: Sid) -> Session:
    """Get a session."""
    return _session(masking(user).in_room(await sessions.get(store, sid)))


@router.get("/{sid}/participants", dependencies=reads(Permission.HISTORY_READ))
async def list_session_participants(
    store: StoreDep, user: UserDep, sid: Sid, asked: AskedDep
) -> Page[SessionParticipant]:
    """List the connections to a session, oldest first."""
    await sessions.get(store, sid)
    place: Place = place_of(asked)
    found = await connections.of_session(store, sid, place.size, place.before)
    masks = masking(user)
    rows = [_participant(masks.connection(each)) for each in found.rows]
    return following(SessionParticipant, found, rows)


def _session(session: sessions.Session) -> Session:
    record = Session.model_validate(session)
    return record.model_copy(update={"end_reason": None}) if session.is_open else record


def _participant(connection: Connection) -> SessionParticipant:
    record = SessionParticipant.model_validate(connection)
    return record.model_copy(update={"reason": None}) if connection.left_at is None else record
