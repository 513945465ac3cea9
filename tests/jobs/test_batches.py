"""One batch of a job: what is checked right before it is acted on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from livekit import api

from app.config.settings import load_settings
from app.jobs import acts
from app.jobs.batches import AT_ONCE, Batch
from app.services.jobs.jobs import Item, Job
from app.services.jobs.kinds import JobKind
from app.services.livekit.client import LiveKit
from app.store.migrating import migrate
from app.store.store import Store
from dev.stack import Stack
from tests.jobs.deletion import GONE, ROOMS, Begin, Deletion
from tests.jobs.starting import context
from tests.routes.asked import Ask
from tests.support.dashboard import managing

REAL = acts.KINDS[JobKind.DELETE_ROOMS]
Act = Callable[[LiveKit, Job, Item], Awaitable[str]]


@asynccontextmanager
async def batch(deletion: Deletion, stack: Stack) -> AsyncIterator[Batch]:
    """Yield the first batch of a job."""
    given = {"database_url": deletion.url, **managing(stack)}
    settings = load_settings(_env_file=None, admin_password="-", **given)
    store = Store(deletion.url)
    await migrate(store)
    async with LiveKit(settings) as livekit:
        work_with = context(settings, store, livekit)
        yield Batch(work_with, deletion.job, is_retry=False, is_last=False)
    await store.close()


async def replaced(livekit: LiveKit, name: str) -> str:
    """Delete a room, open another one by its name, and return the SID of that."""
    await livekit.api.room.delete_room(api.DeleteRoomRequest(room=name))
    made = await livekit.api.room.create_room(api.CreateRoomRequest(name=name))
    return str(made.sid)


def test_a_room_that_was_replaced_meanwhile_stays(
    begin: Begin, stack: Stack, livekit: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    deletion = begin()
    last = deletion.names[-1]
    new: list[str] = []

    async def act(client: LiveKit, job: Job, item: Item) -> str:
        if item.number == 0:
            new.append(await replaced(client, last))
        return await REAL.act(client, job, item)

    async def run() -> None:
        async with batch(deletion, stack) as first:
            assert await first.run() == (True, "")

    assert ROOMS > AT_ONCE
    monkeypatch.setitem(acts.KINDS, JobKind.DELETE_ROOMS, replace(REAL, act=act))
    asyncio.run(run())
    left = livekit("room.list_rooms", api.ListRoomsRequest(names=deletion.names)).rooms
    assert [(room.name, room.sid) for room in left] == [(last, *new)]
    assert [item.label for item in deletion.items() if item.detail == GONE] == [last]
