"""What each kind of job does to one item. An act that is done already is done."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from app.errors import LiveKitConflict, LiveKitError
from app.services.egress import control as egress
from app.services.egress.jobs import get as egress_job
from app.services.ingress import control as ingress
from app.services.jobs.jobs import Item, Job
from app.services.jobs.kinds import JobKind
from app.services.livekit.client import LiveKit
from app.services.rooms import many, moderation, rooms

ENDED = "had ended already"

Act = Callable[[LiveKit, Job, Item], Awaitable[str]]
Present = Callable[[LiveKit, Job, Sequence[Item]], Awaitable[set[str]]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of job works.

    `act` does it to one item and returns a remark, or "". `present`, if names can come to mean
    something else, returns the keys of those items that still exist. Errors of the types `outage`
    may mean that LiveKit itself fails; others concern their item only.
    """

    act: Act
    present: Present | None = None
    outage: tuple[type[LiveKitError], ...] = (LiveKitError,)


async def _delete_room(livekit: LiveKit, _job: Job, item: Item) -> str:
    await rooms.delete(livekit, item.label)
    return ""


async def _open_rooms(livekit: LiveKit, _job: Job, items: Sequence[Item]) -> set[str]:
    there = {room.sid for room in await rooms.named(livekit, [item.label for item in items])}
    return there & {item.key for item in items}


async def _remove_participant(livekit: LiveKit, job: Job, item: Item) -> str:
    await moderation.remove(livekit, job.target, item.label)
    return ""


async def _people(livekit: LiveKit, job: Job, items: Sequence[Item]) -> set[str]:
    identities = [item.label for item in items]
    here = {person.sid for person in await many.named(livekit, job.target, identities)}
    return here & {item.key for item in items}


async def _stop_egress(livekit: LiveKit, _job: Job, item: Item) -> str:
    try:
        await egress.stop(livekit, item.key)
    except LiveKitConflict:
        if (await egress_job(livekit, item.key)).running:
            raise
        return ENDED
    return ""


async def _delete_ingress(livekit: LiveKit, _job: Job, item: Item) -> str:
    await ingress.delete(livekit, item.key)
    return ""


KINDS: Mapping[JobKind, Kind] = {
    JobKind.DELETE_ROOMS: Kind(_delete_room, _open_rooms),
    JobKind.REMOVE_PARTICIPANTS: Kind(_remove_participant, _people),
    JobKind.STOP_EGRESS: Kind(_stop_egress, outage=egress.OUTAGE),
    JobKind.DELETE_INGRESS: Kind(_delete_ingress),
}
