"""Forgets an identity in jobs that acted on people."""

from sqlalchemy import select, update

from app.services.audit.writing import storable
from app.services.jobs.kinds import JobKind
from app.store.schema import BACKGROUND_JOBS, JOB_ITEMS
from app.store.store import Store


async def erase_in_jobs(store: Store, server: str, identity: str, pseudonym: str) -> int:
    """Replace an identity in the items of jobs, and return in how many. Raises StoreError.

    A job that hasn't come to the item yet doesn't find the person any more, and says so.
    """
    jobs = BACKGROUND_JOBS.c
    of_people = select(jobs.id).where(
        jobs.kind == JobKind.REMOVE_PARTICIPANTS, jobs.server == server
    )
    items = JOB_ITEMS.c
    own = items.job.in_(of_people), items.label == storable(identity)
    changes = update(JOB_ITEMS).where(*own).values(label=pseudonym, detail="")
    async with store.write() as connection:
        return (await connection.execute(changes)).rowcount
