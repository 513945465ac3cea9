"""Actions on more than 50 things become jobs, if a process runs jobs."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from livekit import api
from sqlalchemy import update

from app.services import executors
from app.services.audit.listing import StoredEntry, every
from app.services.audit.listing import Wanted as WantedActs
from app.services.history.lists.walking import Place
from app.services.jobs import listing
from app.services.jobs.jobs import Item, Job
from app.services.jobs.listing import Wanted
from app.store.schema import EXECUTORS
from app.store.store import Store
from app.web.actions import background
from app.web.actions.background import MOST
from tests.routes.asked import Ask
from tests.routes.conftest import Begin, Join
from tests.routes.egress.jobs import ACTIVE, composite, reached
from tests.routes.filled import confirmed
from tests.routes.rooms.many import chosen, path
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases, in_store
from tests.support.visitor import Seen, Visitor

DELETE = "/rooms/-/delete"


async def lives(store: Store) -> None:
    """Let another process run jobs, for as long as the tests may take."""
    await executors.beat(store, "another")
    async with store.write() as connection:
        later = datetime.now(UTC) + timedelta(hours=1)
        await connection.execute(update(EXECUTORS).values(seen_at=later))


@pytest.fixture
def storing(start_dashboard: Callable[..., Dashboard], databases: Databases) -> Dashboard:
    """A dashboard with a store of its own, in which another process runs jobs."""
    url = databases.migrated()
    in_store(url, lives)
    return start_dashboard(database_url=url, jobs="off")


def started(dashboard: Dashboard) -> list[tuple[Job, Sequence[Item]]]:
    """Return the jobs in the dashboard's store, with their items."""

    async def work(store: Store) -> list[tuple[Job, Sequence[Item]]]:
        found = (await listing.page(store, Wanted(), Place(10))).rows
        return [(job, (await listing.items(store, job.id)).rows) for job in found]

    return in_store(dashboard.settings.stored_in, work)


def acts(dashboard: Dashboard, action: str) -> list[StoredEntry]:
    """Return what the audit has of an action, an entry an act."""

    async def work(store: Store) -> list[StoredEntry]:
        return [entry async for entry in every(store, WantedActs(action=action))]

    return in_store(dashboard.settings.stored_in, work)


def confirm(visitor: Visitor, page: Seen, place: str) -> Seen:
    """Press the button of the page that asked."""
    assert page.status == 200, page.main
    return visitor.send(place, confirmed(page))


def test_more_than_fifty_rooms_are_deleted_by_a_job(
    storing: Dashboard, make_room: Ask, livekit: Ask
) -> None:
    names = [make_room() for _ in range(MOST + 1)]
    admin = storing.visitor()
    answer = confirm(admin, admin.post(DELETE, scope="selected", room=names), DELETE)
    [(job, items)] = started(storing)
    assert (answer.status, answer.location) == (303, f"/jobs/{job.id}")
    assert (job.kind, job.status, job.total) == ("rooms.delete", "waiting", MOST + 1)
    assert (job.actor, job.action, job.address) == ("admin", "room.delete", "127.0.0.1")
    rooms = livekit("room.list_rooms", api.ListRoomsRequest(names=names)).rooms
    assert {(item.key, item.label) for item in items} == {(room.sid, room.name) for room in rooms}
    [entry] = [each for each in acts(storing, "room.delete") if each.act == job.act]
    assert entry.outcome == "attempted", "the job writes how it ended"


def test_fifty_rooms_are_deleted_while_the_page_waits(storing: Dashboard, make_room: Ask) -> None:
    names = [make_room() for _ in range(MOST)]
    admin = storing.visitor()
    answer = confirm(admin, admin.post(DELETE, scope="selected", room=names), DELETE)
    assert f"{MOST} of {MOST} rooms deleted" in answer.text
    assert started(storing) == []


def test_htmx_is_led_to_the_job(
    storing: Dashboard, make_room: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "MOST", 1)
    names = [make_room() for _ in range(2)]
    admin = storing.visitor()
    page = admin.post(DELETE, scope="selected", room=names)
    answer = admin.send(DELETE, confirmed(page), HX_Request="true")
    [(job, _)] = started(storing)
    assert (answer.status, answer.headers["hx-redirect"]) == (204, f"/jobs/{job.id}")


def test_without_a_process_for_jobs_the_page_waits(
    storing: Dashboard, make_room: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "MOST", 1)
    in_store(storing.settings.stored_in, lambda store: executors.ended(store, "another"))
    names = [make_room() for _ in range(2)]
    admin = storing.visitor()
    answer = confirm(admin, admin.post(DELETE, scope="selected", room=names), DELETE)
    assert "2 of 2 rooms deleted" in answer.text
    assert started(storing) == []
    [entry] = acts(storing, "room.delete")[:1]
    assert entry.outcome == "done"


def test_without_a_store_the_page_waits(
    admin: Visitor, make_room: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "MOST", 1)
    names = [make_room() for _ in range(2)]
    answer = confirm(admin, admin.post(DELETE, scope="selected", room=names), DELETE)
    assert "2 of 2 rooms deleted" in answer.text


def test_participants_are_removed_from_their_room_by_a_job(
    storing: Dashboard, room: str, join: Join, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "MOST", 1)
    for who in ("ada", "ben"):
        join(room, who)
    admin, place = storing.visitor(), path(room, "remove")
    answer = confirm(admin, admin.post(place, **chosen(["ada", "ben"])), place)
    [(job, items)] = started(storing)
    assert answer.location == f"/jobs/{job.id}"
    assert (job.kind, job.target, job.action) == (
        "participants.remove",
        room,
        "participants.remove",
    )
    assert [item.label for item in items] == ["ada", "ben"]
    assert all(item.key.startswith("PA_") for item in items)


def test_egress_is_stopped_by_a_job(
    storing: Dashboard, livekit: Ask, begin: Begin, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "MOST", 1)
    ids = [begin(composite(room)) for _ in range(2)]
    for egress_id in ids:
        reached(livekit, egress_id, ACTIVE)
    admin = storing.visitor()
    answer = confirm(admin, admin.post("/egress/-/stop", job=ids), "/egress/-/stop")
    [(job, items)] = started(storing)
    assert answer.location == f"/jobs/{job.id}"
    assert (job.kind, {item.key for item in items}) == ("egress.stop", set(ids))


def test_ingresses_are_deleted_by_a_job(
    storing: Dashboard, make_ingress: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "MOST", 1)
    ids = [make_ingress(name=f"camera {number}").ingress_id for number in range(2)]
    admin, place = storing.visitor(), "/ingress/-/delete"
    answer = confirm(admin, admin.post(place, ingress=ids), place)
    [(job, items)] = started(storing)
    assert answer.location == f"/jobs/{job.id}"
    assert job.kind == "ingress.delete"
    assert {(item.key, item.label) for item in items} == {
        (ids[0], "camera 0"),
        (ids[1], "camera 1"),
    }
