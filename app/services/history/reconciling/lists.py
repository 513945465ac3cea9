"""What LiveKit lists at one moment, with a bounded number of calls."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from livekit.api import EgressInfo, IngressInfo, ListParticipantsRequest
from livekit.protocol import models

from app.errors import LiveKitError, LiveKitNotFound
from app.services.egress import jobs
from app.services.ingress import ingresses
from app.services.livekit.client import LiveKit

SECONDS = 20.0  # for all calls of a round
MOST_JOBS = 50  # that are asked for one by one in a round
TOGETHER = 8  # calls at one time


@dataclass(frozen=True, slots=True)
class Listed:
    """What LiveKit listed; None for a list that failed, which then says nothing.

    `began` and `ended` are the moments before the first call and after the last. `people` has the
    participants of the rooms that were checked, by name. `gone` are jobs that LiveKit forgot.
    """

    began: datetime
    ended: datetime
    rooms: Sequence[models.Room]
    people: Mapping[str, Sequence[models.ParticipantInfo]]
    egress: Sequence[EgressInfo] | None
    gone: frozenset[str]
    ingress: Sequence[IngressInfo] | None


async def rooms(livekit: LiveKit) -> Sequence[models.Room]:
    """Return all open rooms. Raises a LiveKitError."""
    with livekit.scope(SECONDS, apart=True):
        return (await livekit.list_rooms()).rooms


async def listed(
    livekit: LiveKit,
    open_rooms: Sequence[models.Room],
    began: datetime,
    *,
    check: Sequence[str],
    open_jobs: Collection[str],
    all_jobs: bool,
) -> Listed:
    """List what is in LiveKit beside its rooms: at most MOST_JOBS + 2 calls, and one for each room.

    `check` are the rooms whose participants are wanted; `open_jobs` are requested one by one if
    they aren't among the running ones. `all_jobs` lists those that ended too.
    """
    with livekit.scope(SECONDS, apart=True):
        egress, gone = await _egress(livekit, open_jobs, all_jobs)
        ingress = await _ingress(livekit)
        people = await _people(livekit, check)
    return Listed(began, datetime.now(UTC), open_rooms, people, egress, gone, ingress)


async def _egress(
    livekit: LiveKit, open_jobs: Collection[str], all_jobs: bool
) -> tuple[Sequence[EgressInfo] | None, frozenset[str]]:
    try:
        running = list(await jobs.listed(livekit, running=not all_jobs))
    except LiveKitError:
        return None, frozenset()
    missing = sorted(set(open_jobs) - {info.egress_id for info in running})[:MOST_JOBS]
    gone = set()
    for id_ in missing:
        try:
            running.append(await jobs.info_of(livekit, id_))
        except LiveKitNotFound:
            gone.add(id_)
        except LiveKitError:
            break
    return running, frozenset(gone)


async def _ingress(livekit: LiveKit) -> Sequence[IngressInfo] | None:
    try:
        return await ingresses.listed(livekit)
    except LiveKitError:
        return None


async def _people(
    livekit: LiveKit, names: Sequence[str]
) -> dict[str, Sequence[models.ParticipantInfo]]:
    found: dict[str, Sequence[models.ParticipantInfo]] = {}
    limit = asyncio.Semaphore(TOGETHER)

    async def of_room(name: str) -> None:
        async with limit:
            call = livekit.reads_of(name).room.list_participants
            try:
                answer = await livekit.read(call, ListParticipantsRequest(room=name))
            except LiveKitError:
                return  # of this room nothing is known this time
            found[name] = answer.participants

    await asyncio.gather(*map(of_room, names))
    return found
