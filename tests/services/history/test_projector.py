"""The projector of a process: woken by the intake, it publishes what it changed."""

import asyncio
import time

import pytest

from app.live.hub import Hub
from app.services.history.projecting.projector import Projector
from app.store.store import Store
from tests.support.stores import in_store
from tests.support.streams import history, keep, person, room, webhook

ROOM = room()
SOON = 2.0  # seconds


@pytest.mark.alone
def test_what_was_kept_is_projected_soon_and_then_published(database: str) -> None:
    async def work(store: Store) -> None:
        hub = Hub()
        projector = Projector(store, hub)
        running = asyncio.create_task(projector.run())
        try:
            with hub.subscribed() as subscription:
                for number in range(3):
                    who = person(f"PA_{number}", f"who-{number}", number)
                    joined = webhook("participant_joined", number, room=ROOM, participant=who)
                    await keep(store, [joined])
                    began = time.monotonic()
                    projector.wake()
                    topics = await asyncio.wait_for(subscription.take(), 10)
                    assert time.monotonic() - began < SOON
                    assert {"sessions", "session:RM_1", "room:standup"} <= topics
                    (session,) = (await history(store))["sessions"]
                    assert session["participants"] == number + 1
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    in_store(database, work)


def test_what_another_instance_left_is_found_at_start(database: str) -> None:
    async def work(store: Store) -> None:
        await keep(store, [webhook("room_started", 0, room=ROOM)])
        running = asyncio.create_task(Projector(store, Hub()).run())
        try:
            async with asyncio.timeout(10):
                while not (await history(store))["sessions"]:  # noqa: ASYNC110
                    await asyncio.sleep(0.05)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    in_store(database, work)
