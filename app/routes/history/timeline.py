"""The timeline of a session: what its drawing shows, on its own page and on a conversation's."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import Query

from app.services.history import calls
from app.services.history.drawing import people, timeline
from app.services.history.drawing.people import Person
from app.services.history.drawing.scale import Scale, Window, milliseconds
from app.services.history.masking import Masking
from app.services.history.parts import works
from app.services.history.sessions import Session
from app.services.rooms.states import ParticipantKind
from app.store.store import Store

LANES = 50
MOST_LANES = 400
MOST_WORKS = 50  # egress jobs, ingress runs and calls, each
OBSERVED = (ParticipantKind.EGRESS, ParticipantKind.INGRESS)  # have lanes of their own
Milliseconds = Annotated[int | None, Query(ge=0, le=4_102_444_800_000)]


class Zoom:
    """The addresses of a page with another part of the time, another tab, or more lanes.

    `usual` is the part that an address without one shows.
    """

    def __init__(
        self, path: str, state: Mapping[str, Any], drawn: Scale, usual: Window | None = None
    ) -> None:
        self._path = path
        self._state = dict(state)
        self._whole = drawn.whole
        self._usual = usual or drawn.whole
        self._window = self._of(drawn.window)

    def to(self, window: Window | None) -> str:
        """Return the address of a part of the time; None is all of it."""
        return self._address(self._of(window or self._whole))

    def with_(self, **changes: Any) -> str:
        """Return the address of the same part of the time with something else changed."""
        return self._address(self._window | changes)

    def _address(self, changes: dict[str, Any]) -> str:
        given = {name: value for name, value in (self._state | changes).items() if value != ""}
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return f"{self._path}?{query}" if query else self._path

    def _of(self, window: Window) -> dict[str, Any]:
        if window == self._usual:
            return {}
        return {"from": milliseconds(window.since), "to": milliseconds(window.until)}


async def drawing(
    store: Store, session: Session, drawn: Scale, lanes: int, masks: Masking, now: datetime
) -> dict[str, Any]:
    """Return what the template of the timeline shows but for its addresses. Raises StoreError."""
    sid = session.sid
    found, figures, jobs, runs, records = await asyncio.gather(
        people.people(store, session, drawn.window, lanes),
        people.counted(store, session, now),
        works.egress_of(store, sid, MOST_WORKS) if session.egress else _nothing(),
        works.ingress_of(store, sid, MOST_WORKS) if session.ingress else _nothing(),
        calls.of_session(store, sid, MOST_WORKS) if session.calls else _nothing(),
    )
    present = [_masked(masks, each) for each in found]
    more, present = len(present) > lanes, present[:lanes]
    own_lanes = [each for each in present if each.kind not in OBSERVED or not (jobs or runs)]
    return {
        "session": session,
        "scale": drawn,
        "strip": timeline.strip(figures.steps, drawn),
        "room_lane": timeline.room_lane(session, drawn),
        "works": [timeline.work_lane(each, drawn) for each in (*jobs, *runs)],
        "lanes": [timeline.person_lane(each, drawn) for each in own_lanes],
        "present": present,
        "more": min(lanes * 2, MOST_LANES) if more and lanes < MOST_LANES else 0,
        "is_cut": more,
        "counted": figures,
        "jobs": jobs,
        "media": [*jobs, *runs],
        "calls": records,
    }


async def _nothing() -> Sequence[Any]:
    return ()


def _masked(masks: Masking, person: Person) -> Person:
    """Return a participant as it may be shown."""
    if not masks.on:
        return person
    identity = masks.person(person.identity, person.kind)
    own = [replace(each, identity=identity, name="") for each in person.connections]
    return replace(person, identity=identity, connections=own)
