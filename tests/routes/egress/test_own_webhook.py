"""With PUBLIC_URL, jobs that the dashboard starts report to it, whatever livekit.yaml says."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import RowMapping, select

from app.services.webhooks.own import own_webhook
from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store
from dev.stack import Stack
from tests.routes.asked import Ask
from tests.routes.egress.jobs import NEW, job_of, start_form, stop
from tests.support.asking import asker
from tests.support.dashboard import Dashboard, managing
from tests.support.fault import Relay
from tests.support.stores import in_store
from tests.support.waiting import until

REPORTS = {"egress_started", "egress_updated", "egress_ended"}
NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def entrance() -> Iterator[Relay]:
    """The public address of a dashboard, known before the dashboard is."""
    relay = Relay(NOWHERE)
    yield relay
    relay.close()


def address(entrance: Relay) -> str:
    """Return the URL of the dashboard behind it."""
    return entrance.url.replace("ws:", "http:")


@contextmanager
def public(stack: Stack, entrance: Relay, folder: Path) -> Iterator[Dashboard]:
    """Run a dashboard behind its public address."""
    database = f"sqlite:///{folder}/dashboard.db"
    own = managing(stack) | {"public_url": address(entrance), "database_url": database}
    dashboard = Dashboard(**own).start()
    entrance.aim(dashboard.url)
    yield dashboard
    dashboard.stop()


def received(dashboard: Dashboard, job: str) -> list[RowMapping]:
    """Return what was received of a job, in the order of its arrival."""

    async def work(store: Store) -> list[RowMapping]:
        events = WEBHOOK_EVENTS.c
        query = select(WEBHOOK_EVENTS).where(events.resource == job).order_by(events.id)
        async with store.read() as connection:
            return list((await connection.execute(query)).mappings())

    return in_store(dashboard.settings.stored_in, work)


def ran(dashboard: Dashboard, livekit: Ask, **fields: str) -> list[RowMapping]:
    """Start a job by the form and stop it; return its events once its end was reported."""
    admin = dashboard.visitor()
    query = {name: fields[name] for name in ("type", "room") if name in fields}
    job = job_of(admin.send(NEW, start_form(admin, **query) | fields))
    until(lambda: "egress_updated" in {row["event"] for row in received(dashboard, job)})
    stop(livekit, job)
    until(lambda: "egress_ended" in {row["event"] for row in received(dashboard, job)})
    return received(dashboard, job)


def test_jobs_of_every_type_report(
    stack: Stack, entrance: Relay, tmp_path: Path, stage: dict[str, str], livekit: Ask
) -> None:
    room = stage["room"]
    kinds: list[dict[str, str]] = [
        {"type": "room_composite", "room": room},
        {"type": "web", "url": "https://example.com/page"},
        {"type": "participant", "room": room, "identity": "ada"},
        {"type": "track_composite", "room": room, "audio_track": stage["audio"]},
        {"type": "track", "room": room, "track": stage["video"]},
    ]
    with public(stack, entrance, tmp_path) as dashboard:
        for kind in kinds:
            rows = ran(dashboard, livekit, **kind)
            assert {row["event"] for row in rows} == REPORTS, kind
            assert [row["duplicates"] for row in rows] == [0] * len(rows)
        feed = dashboard.visitor().get("/webhooks").text
    assert "room_started" in feed.partition("Never received:")[2]


def test_both_webhooks_bring_each_event_once(entrance: Relay, tmp_path: Path) -> None:
    with Stack(webhooks=f"{address(entrance)}/hooks/livekit") as stack:
        livekit = asker(stack)
        with public(stack, entrance, tmp_path) as dashboard:
            kind = {"type": "web", "url": "https://example.com/page"}
            rows = ran(dashboard, livekit, **kind)
            job = rows[0]["resource"]

            def repeated() -> bool:
                return all(row["duplicates"] == 1 for row in received(dashboard, job))

            until(repeated)
    assert {row["event"] for row in rows} == REPORTS


def test_there_is_none_without_public_url(dashboard: Dashboard) -> None:
    assert own_webhook(dashboard.settings) is None
