"""What jobs do to one item, by the real LiveKit; what is done already is no failure."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import pytest
from livekit import api

from app.config.settings import load_settings
from app.errors import NotFound
from app.jobs.acts import ENDED, KINDS
from app.services.jobs.jobs import Item
from app.services.jobs.kinds import JobKind
from app.services.jobs.states import ItemStatus
from app.services.livekit.client import LiveKit
from dev.participants import Crowd
from dev.stack import Stack
from tests.routes.asked import Ask, opened, people
from tests.routes.egress.jobs import ACTIVE, composite, reached
from tests.support.dashboard import managing
from tests.support.jobs import record
from tests.support.waiting import until

T = TypeVar("T")
Run = Callable[[Callable[[LiveKit], Awaitable[T]]], T]
COMPLETE = api.EgressStatus.EGRESS_COMPLETE


@pytest.fixture
def run(stack: Stack) -> Run[Any]:
    """Run something with an open LiveKit."""
    settings = load_settings(_env_file=None, admin_password="-", **managing(stack))

    def done(work: Callable[[LiveKit], Awaitable[T]]) -> T:
        async def opened() -> T:
            async with LiveKit(settings) as livekit:
                with livekit.scope():
                    return await work(livekit)

        return asyncio.run(opened())

    return done


def item(key: str, label: str = "") -> Item:
    """Return an item without a result."""
    return Item(0, key, label or key, ItemStatus.WAITING, "", None)


def act(run: Run[str], kind: JobKind, one: Item, target: str = "") -> str:
    """Do what a kind of job does to one item, and return the remark."""
    return run(lambda livekit: KINDS[kind].act(livekit, record(kind, target), one))


def present(run: Run[set[str]], kind: JobKind, items: list[Item], target: str = "") -> set[str]:
    """Return the keys of those items that still exist."""
    exist = KINDS[kind].present
    assert exist is not None
    return run(lambda livekit: exist(livekit, record(kind, target), items))


def test_every_kind_has_an_act() -> None:
    assert set(KINDS) == set(JobKind)


def test_a_room_is_deleted_once(run: Run[Any], make_room: Ask, livekit: Ask) -> None:
    name = make_room()
    room = item(opened(livekit, name).sid, name)
    assert present(run, JobKind.DELETE_ROOMS, [room, item("RM_no", "no-such")]) == {room.key}
    assert act(run, JobKind.DELETE_ROOMS, room) == ""
    assert opened(livekit, name) is None
    with pytest.raises(NotFound):
        act(run, JobKind.DELETE_ROOMS, room)
    assert present(run, JobKind.DELETE_ROOMS, [room]) == set()


def test_a_participant_is_removed(
    run: Run[Any], make_room: Ask, livekit: Ask, crowd: Crowd
) -> None:
    room = make_room()
    for identity in ("ada", "ben"):
        crowd.join(room, identity)
    until(lambda: len(people(livekit, room)) == 2)
    ada = item(people(livekit, room)["ada"].sid, "ada")
    kind = JobKind.REMOVE_PARTICIPANTS
    assert present(run, kind, [ada, item("PA_old", "ben")], room) == {ada.key}
    assert act(run, kind, ada, room) == ""
    until(lambda: [*people(livekit, room)] == ["ben"])
    assert present(run, kind, [ada], room) == set()


def test_an_egress_job_is_stopped_once(run: Run[Any], make_room: Ask, livekit: Ask) -> None:
    request = composite(make_room())
    job = item(livekit("egress.start_room_composite_egress", request).egress_id)
    reached(livekit, job.key, ACTIVE)
    assert act(run, JobKind.STOP_EGRESS, job) == ""
    reached(livekit, job.key, COMPLETE)
    assert act(run, JobKind.STOP_EGRESS, job) == ENDED
    with pytest.raises(NotFound):
        act(run, JobKind.STOP_EGRESS, item("EG_none"))


def test_an_ingress_is_deleted_once(run: Run[Any], make_ingress: Ask) -> None:
    ingress = item(make_ingress(name="camera").ingress_id)
    assert act(run, JobKind.DELETE_INGRESS, ingress) == ""
    with pytest.raises(NotFound):
        act(run, JobKind.DELETE_INGRESS, ingress)
