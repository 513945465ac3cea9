"""Search the server for a text in names and ids, each kind separately.

LiveKit has no search, so each of its lists is read once, and participants are searched within the
bound of `rooms/scan.py`, further rooms on request. A search costs 3 calls, 6 with telephony, and
one for each scanned room.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar
from urllib.parse import urlencode

from app.errors import DashboardError, LiveKitError
from app.labels.table import label_of
from app.security.roles import Permission, User
from app.services.egress import jobs
from app.services.egress import listing as egress_listing
from app.services.egress.sources import subject_of
from app.services.ingress import ingresses
from app.services.ingress import listing as ingress_listing
from app.services.lists import Ask, Wanted
from app.services.livekit.client import LiveKit
from app.services.rooms import everywhere, rooms
from app.services.rooms.participants import is_called
from app.services.rooms.scan import RoomScan
from app.services.sip.rules import listing as rules_listing
from app.services.sip.trunks import listing as trunks_listing
from app.services.sip.trunks import trunks
from app.text.formatters import plural
from app.text.paths import (
    EGRESS,
    INGRESS,
    PARTICIPANTS,
    ROOMS,
    RULES,
    TRUNKS,
    egress_path,
    ingress_path,
    participant_path,
    room_path,
    sip_path,
)

Item = TypeVar("Item")
MOST = 8  # shown of each kind


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found; `dialog` where its page is a form to open in the dialog."""

    label: str
    path: str
    note: str = ""
    dialog: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The best hits of one kind, and how many there are in all.

    `path` leads to the list of all of them, and is empty if there is no such list; `scan` names
    the rooms that were searched; `error` says why nothing is known.
    """

    title: str
    icon: str
    hits: tuple[Hit, ...] = ()
    found: int = 0
    path: str = ""
    scan: RoomScan | None = None
    error: DashboardError | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing to search for, and who may see it."""

    title: str
    icon: str
    permission: Permission
    seek: Callable[[LiveKit, str], Awaitable[Group]]
    sip: bool = False


def best(found: Sequence[Item], q: str, names: Callable[[Item], Sequence[str]]) -> Iterable[Item]:
    """Return the `MOST` best: exact names first, then names that begin with `q`."""
    wanted = q.casefold()

    def rank(item: Item) -> tuple[bool, bool, Sequence[str], Sequence[str]]:
        folded = [name.casefold() for name in names(item)]
        begins = any(name.startswith(wanted) for name in folded)
        return wanted not in folded, not begins, folded, names(item)

    return heapq.nsmallest(MOST, found, rank)


def _matching(wanted: Wanted[Item], items: Iterable[Item], q: str) -> list[Item]:
    return [item for item in items if wanted.matches(item, Ask(q).folded)]


def _all(path: str, q: str) -> str:
    return f"{path}?{urlencode({'q': q})}"


async def _rooms(livekit: LiveKit, q: str) -> Group:
    found = _matching(rooms.Wanted(), await rooms.listed(livekit), q)
    shown = best(found, q, lambda room: (room.name, room.sid))
    hits = tuple(
        Hit(room.name, room_path(room.name), plural(room.num_participants, "participant"))
        for room in shown
    )
    return Group("", "", hits, len(found), _all(ROOMS, q))


async def _participants(livekit: LiveKit, q: str, start: int = 0) -> Group:
    people, seen = await everywhere.scanned(livekit, start)
    wanted = q.casefold()
    found = [(room, who) for room, who in people if is_called(who, wanted)]
    shown = best(found, q, lambda one: (one[1].name or one[1].identity, one[1].identity, one[0]))
    hits = tuple(
        Hit(
            who.name or who.identity,
            participant_path(room, who.identity),
            f"{who.identity} in {room}" if who.name else f"in {room}",
        )
        for room, who in shown
    )
    path = _all(PARTICIPANTS, q) + (f"&start={start}" if start else "")
    return Group("", "", hits, len(found), path, scan=seen)


async def _egress(livekit: LiveKit, q: str) -> Group:
    found = _matching(egress_listing.Wanted(), await jobs.listed(livekit), q)
    shown = best(found, q, lambda info: (info.egress_id,))
    hits = tuple(
        Hit(
            info.egress_id,
            egress_path(info.egress_id),
            f"{label_of(jobs.status_of(info)).text}, {info.room_name or subject_of(info)}",
        )
        for info in shown
    )
    return Group("", "", hits, len(found), _all(EGRESS, q))


async def _ingress(livekit: LiveKit, q: str) -> Group:
    found = _matching(ingress_listing.Wanted(), await ingresses.listed(livekit), q)
    shown = best(found, q, lambda info: (info.name or info.ingress_id, info.ingress_id))
    hits = tuple(
        Hit(
            info.name or info.ingress_id,
            ingress_path(info.ingress_id),
            f"{label_of(ingresses.status_of(info)).text}, to {info.room_name}",
        )
        for info in shown
    )
    return Group("", "", hits, len(found), _all(INGRESS, q))


async def _trunks(livekit: LiveKit, q: str) -> Group:
    found = _matching(trunks_listing.Wanted(), await trunks.listed(livekit), q)
    shown = best(found, q, lambda info: (info.name or info.sip_trunk_id, info.sip_trunk_id))
    hits = tuple(
        Hit(
            info.name or info.sip_trunk_id,
            sip_path("trunks", info.sip_trunk_id),
            f"{label_of(trunks.kind_of(info)).text}, {' '.join(info.numbers[:3])}",
        )
        for info in shown
    )
    return Group("", "", hits, len(found), _all(TRUNKS, q))


async def _rules(livekit: LiveKit, q: str) -> Group:
    found = await rules_listing.rows(livekit, Ask(q=q), rules_listing.Wanted())
    shown = best(found, q, lambda rule: (rule.name or rule.id, rule.id))
    hits = tuple(
        Hit(rule.name or rule.id, sip_path("rules", rule.id), f"{rule.kind}, to {rule.room}")
        for rule in shown
    )
    return Group("", "", hits, len(found), _all(RULES, q))


PEOPLE = Kind("Participants", "person-circle", Permission.ROOMS_READ, _participants)
KINDS = (
    Kind("Rooms", "door-open", Permission.ROOMS_READ, _rooms),
    PEOPLE,
    Kind("Egress", "record-circle", Permission.EGRESS_READ, _egress),
    Kind("Ingress", "box-arrow-in-right", Permission.INGRESS_READ, _ingress),
    Kind("Trunks", "plug", Permission.SIP_READ, _trunks, sip=True),
    Kind("Rules", "diagram-3", Permission.SIP_READ, _rules, sip=True),
)


async def search(
    livekit: LiveKit, q: str, user: User, enable_sip: bool, start: int = 0
) -> list[Group]:
    """Return the hits of each kind that `user` may see; none fails because another does.

    With `start`, only the participants of the rooms from this number on are searched.
    """
    wanted = (replace(PEOPLE, seek=partial(_participants, start=start)),) if start else KINDS
    kinds = [k for k in wanted if user.can(k.permission) and (enable_sip or not k.sip)]
    return list(await asyncio.gather(*(_seek(livekit, q, kind) for kind in kinds)))


async def _seek(livekit: LiveKit, q: str, kind: Kind) -> Group:
    try:
        group = await kind.seek(livekit, q)
    except LiveKitError as error:
        return Group(kind.title, kind.icon, error=error)
    return replace(group, title=kind.title, icon=kind.icon)
