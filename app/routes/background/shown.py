"""Jobs as pages and the API show them: what they are called, who may act on them, and masks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.errors import NotAllowed
from app.labels.jobs import title_of
from app.security.roles import Permission, User
from app.services.history.masking import Masking
from app.services.jobs.jobs import Item, Job
from app.services.jobs.kinds import JobKind
from app.services.jobs.states import ItemStatus
from app.services.livekit.enums import Newer
from app.text.paths import egress_path, ingress_path, room_path

NOT_REPORTED = Newer("")  # the kind of a participant
# What a user needs to cancel a job: the same as to start it. Without an entry, nobody may.
NEEDED: Mapping[JobKind, Permission] = {
    JobKind.DELETE_ROOMS: Permission.ROOMS_WRITE,
    JobKind.REMOVE_PARTICIPANTS: Permission.PARTICIPANTS_MODERATE,
    JobKind.STOP_EGRESS: Permission.EGRESS_WRITE,
    JobKind.DELETE_INGRESS: Permission.INGRESS_WRITE,
}
# Whose items are no people; those of a kind that this version doesn't know may be.
IMPERSONAL = frozenset(JobKind) - {JobKind.REMOVE_PARTICIPANTS}
# What they do to an item may disconnect somebody, so that the number of items is asked for.
DISCONNECTING = frozenset(
    {JobKind.DELETE_ROOMS, JobKind.REMOVE_PARTICIPANTS, JobKind.DELETE_INGRESS}
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A job with its title; `may_act` is true if the user may cancel it and run it again."""

    job: Job
    title: str
    may_act: bool


def shown(job: Job, user: User, masks: Masking) -> Shown:
    """Return a job as a page with these masks shows it to somebody."""
    return Shown(masked_job(masks, job), title_of(job), may_act(user, job))


def may_act(user: User, job: Job) -> bool:
    """Return whether somebody may cancel a job and run it again."""
    needed = NEEDED.get(job.kind) if isinstance(job.kind, JobKind) else None
    return needed is not None and user.can(Permission.JOBS_WRITE) and user.can(needed)


def check_may_act(user: User, job: Job) -> None:
    """Raise NotAllowed for those who couldn't have started the job."""
    if not may_act(user, job):
        needed = NEEDED.get(job.kind) if isinstance(job.kind, JobKind) else None
        raise NotAllowed(
            f"Canceling this job, or running it again, needs {needed}, as starting it did."
            if needed
            else "This kind of job can't be changed here."
        )


def masked_job(masks: Masking, job: Job) -> Job:
    """Return a job as it may be shown: its target may be a room that is named after a caller."""
    return replace(job, target=masks.room(job.target))


def masked(masks: Masking, job: Job, item: Item) -> Item:
    """Return an item as it may be shown: those of some jobs are people, or named after callers."""
    if not masks.on:
        return item
    if job.kind in IMPERSONAL:
        key, label, detail = map(masks.room, (item.key, item.label, item.detail))
        return replace(item, key=key, label=label, detail=detail)
    person = masks.person(item.key, NOT_REPORTED)
    detail = item.detail
    for name in sorted({item.key, item.label} - {""}, key=len, reverse=True):
        detail = detail.replace(name, person)
    return replace(item, key="", label=person, detail=detail)


def place_of(item: Item, job: Job, user: User, masks: Masking) -> str:
    """Return the page of what an item is about, if it should still be there; or "".

    Without a page is also what has a mask, as the address of its page has its name.
    """
    if masked(masks, job, item) != item:
        return ""
    if job.kind is JobKind.STOP_EGRESS and user.can(Permission.EGRESS_READ):
        return egress_path(item.key)
    if item.status is ItemStatus.DONE:
        return ""
    if job.kind is JobKind.DELETE_ROOMS and user.can(Permission.ROOMS_READ):
        return room_path(item.label)
    if job.kind is JobKind.DELETE_INGRESS and user.can(Permission.INGRESS_READ):
        return ingress_path(item.key)
    return ""
