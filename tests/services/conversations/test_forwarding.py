"""What agents uploaded is passed on: as it came, again after failures, and not for ever."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from app.services.conversations.forwarding.backend import Backend
from app.services.conversations.forwarding.forwarder import GIVEN_UP, IDLE, PARALLEL, Forwarder
from app.services.conversations.forwarding.queue import (
    Fate,
    Settled,
    Taken,
    release,
    settle,
    take,
)
from app.services.conversations.states import Batch
from app.store.schema import CONVERSATION_BATCHES, CONVERSATIONS
from app.store.store import Store
from tests.services.conversations.queued import fares, forward, is_due
from tests.support.collector import Collector, Planned
from tests.support.kept import Kept, folder_url, kept_in
from tests.support.uploads import Spoken
from tests.support.waiting import until


def test_traces_and_logs_arrive_as_they_came(
    database: str, tmp_path: Path, collector: Collector
) -> None:
    async def work(kept: Kept) -> None:
        spoken = Spoken()
        span = spoken.span("llm_node")
        await kept.traces(spoken, span)
        await kept.batch(Batch.LOGS, spoken.logs("chat_history", ("hello", {"a": "b"})))
        await kept.history(spoken)
        assert (await fares(kept)).waiting == 2, "the history is no message of OpenTelemetry"
        assert await forward(kept, f"{collector.url}") == 0.0
        assert await forward(kept, f"{collector.url}") == IDLE
        assert sorted(each.path for each in collector.arrived) == ["/v1/logs", "/v1/traces"]
        for arrived in collector.arrived:
            assert arrived.headers["content-type"] == "application/x-protobuf"
            assert arrived.headers["content-encoding"] == "gzip"
            assert arrived.headers["authorization"] == "Bearer x"
            assert arrived.headers["x-team"] == "voice"
            assert arrived.headers["user-agent"].startswith("livekit-dashboard/")
        (traces,) = [each.message for each in collector.arrived if each.path == "/v1/traces"]
        assert traces.resource_spans[0].scope_spans[0].spans[0].span_id == span.span_id
        state = await fares(kept)
        assert (state.waiting, state.sent, state.given_up, state.error) == (0, 2, 0, "")
        assert state.sent_at is not None
        batches = await kept.rows(CONVERSATION_BATCHES)
        assert sum(row["forwarded_at"] is not None for row in batches) == 2

    kept_in(database, folder_url(tmp_path), work, forwards=True)


@pytest.mark.parametrize("planned", [Planned(503), Planned(429), Planned(500), Planned(cut=True)])
def test_failures_are_tried_again(
    database: str, tmp_path: Path, collector: Collector, planned: Planned
) -> None:
    async def work(kept: Kept) -> None:
        spoken = Spoken()
        await kept.traces(spoken)
        collector.plan = [planned]
        assert 3 < await forward(kept, collector.url) < 8
        assert await forward(kept, collector.url) == IDLE, "it isn't due yet"
        state = await fares(kept)
        assert (state.waiting, state.sent) == (1, 0)
        assert state.error
        assert state.failed_at is not None
        await is_due(kept)
        assert await forward(kept, collector.url) == 0.0
        assert collector.jobs == [spoken.job] * 2
        assert (await fares(kept)).waiting == 0

    kept_in(database, folder_url(tmp_path), work, forwards=True)


def test_pauses_grow_while_the_backend_is_away(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        for _ in range(PARALLEL * 2):
            await kept.traces(Spoken())
        async with Backend("http://127.0.0.1:9", {}) as backend:
            forwarder = Forwarder(kept.store, kept.storage, backend)
            pauses = []
            for _ in range(6):
                pauses.append(await forwarder.round())
                await is_due(kept)
        for pause, expected in zip(pauses, (5, 10, 20, 40, 60, 60), strict=True):
            assert expected * 0.75 <= pause <= expected * 1.25
        tries = sorted(row["forward_tries"] for row in await kept.rows(CONVERSATION_BATCHES))
        assert sum(tries) == 6 * PARALLEL, "the others of a round weren't tried"
        state = await fares(kept)
        assert (state.waiting, state.error) == (PARALLEL * 2, "No connection.")

    kept_in(database, folder_url(tmp_path), work, forwards=True)


@pytest.mark.parametrize("as_date", [False, True])
def test_it_waits_as_long_as_it_is_told(
    database: str, tmp_path: Path, collector: Collector, as_date: bool
) -> None:
    async def work(kept: Kept) -> None:
        await kept.traces(Spoken())
        later = datetime.now(UTC) + timedelta(seconds=121)
        told = format_datetime(later, usegmt=True) if as_date else "120"
        collector.plan = [Planned(503, {"Retry-After": told})]
        assert 115 < await forward(kept, collector.url) <= 121
        (row,) = await kept.rows(CONVERSATION_BATCHES)
        assert row["forward_at"] > datetime.now(UTC) + timedelta(seconds=110)

    kept_in(database, folder_url(tmp_path), work, forwards=True)


@pytest.mark.parametrize("told", ["soon", "-5", "٣", "9" * 400])
def test_no_answer_stops_it_for_ever(
    database: str, tmp_path: Path, collector: Collector, told: str
) -> None:
    async def work(kept: Kept) -> None:
        await kept.traces(Spoken())
        collector.plan = [Planned(429, {"Retry-After": told.encode().decode("latin-1")})]
        assert 3 < await forward(kept, collector.url) <= 3600

    kept_in(database, folder_url(tmp_path), work, forwards=True)


def test_what_is_rejected_for_good_is_given_up(
    database: str, tmp_path: Path, collector: Collector
) -> None:
    async def work(kept: Kept) -> None:
        for _ in range(2):
            await kept.traces(Spoken())
        collector.plan = [Planned(400)]
        assert await forward(kept, collector.url) == 0.0
        state = await fares(kept)
        assert (state.waiting, state.sent, state.given_up) == (0, 1, 1)
        assert "HTTP 400" in state.error

    kept_in(database, folder_url(tmp_path), work, forwards=True)


def test_what_is_too_old_is_given_up(database: str, tmp_path: Path, collector: Collector) -> None:
    async def work(kept: Kept) -> None:
        await kept.traces(Spoken())
        await is_due(kept, received_at=datetime.now(UTC) - GIVEN_UP - timedelta(minutes=1))
        collector.plan = [Planned(401)]
        await forward(kept, collector.url)
        state = await fares(kept)
        assert (state.waiting, state.given_up) == (0, 1)
        assert "denies access" in state.error

    kept_in(database, folder_url(tmp_path), work, forwards=True)


def test_redirects_are_not_followed(database: str, tmp_path: Path, collector: Collector) -> None:
    async def work(kept: Kept) -> None:
        await kept.traces(Spoken())
        for status in (302, 307):
            collector.plan = [Planned(status, {"Location": f"{collector.url}/v1/logs"})]
            await forward(kept, collector.url)
            await is_due(kept)
        assert [each.path for each in collector.arrived] == ["/v1/traces"] * 2
        assert "redirects" in (await fares(kept)).error

    kept_in(database, folder_url(tmp_path), work, forwards=True)


def test_without_storage_it_waits_and_a_lost_file_is_given_up(
    database: str, tmp_path: Path, collector: Collector
) -> None:
    async def work(kept: Kept) -> None:
        await kept.traces(Spoken())
        files = tmp_path / "files"
        files.rename(tmp_path / "away")
        assert await forward(kept, collector.url) > 0
        assert (await fares(kept)).waiting == 1
        (tmp_path / "away").rename(files)
        await kept.storage.delete(await kept.files())
        await is_due(kept)
        await forward(kept, collector.url)
        state = await fares(kept)
        assert (state.waiting, state.given_up, collector.arrived) == (0, 1, [])

    kept_in(database, folder_url(tmp_path), work, forwards=True)


@pytest.mark.alone
def test_it_ends_when_cancelled_while_the_store_is_away(
    database: str, tmp_path: Path, collector: Collector
) -> None:
    async def work(kept: Kept) -> None:
        await kept.traces(Spoken())
        hold = threading.Event()
        collector.plan = [Planned(hold=hold)]
        async with Backend(collector.url, {}) as backend:
            task = asyncio.create_task(Forwarder(kept.store, kept.storage, backend).run())
            try:
                await asyncio.to_thread(until, lambda: collector.arrived)
                kept.store.ready = False
                task.cancel()
                await asyncio.wait([task], timeout=5)
                assert task.cancelled()
            finally:
                kept.store.ready = True
                hold.set()
                task.cancel()

    kept_in(database, folder_url(tmp_path), work, forwards=True)


async def settled_as_sent(store: Store, taken: Sequence[Taken]) -> None:
    """Write that batches were sent."""
    await settle(store, [Settled(one, Fate.SENT) for one in taken])


@pytest.mark.parametrize("finish", [settled_as_sent, release])
def test_a_deletion_at_the_same_time_is_no_deadlock(
    database: str,
    tmp_path: Path,
    finish: Callable[[Store, Sequence[Taken]], Coroutine[Any, Any, None]],
) -> None:
    async def work(kept: Kept) -> None:
        first, second = Spoken(job="AJ_1"), Spoken(job="AJ_2")
        await kept.traces(second)
        await kept.traces(first)
        taken = await take(kept.store, 2)
        assert [one.job for one in taken] == [second.job, first.job]
        rows = CONVERSATIONS.c
        async with asyncio.TaskGroup() as tasks, kept.store.write() as connection:
            await connection.execute(delete(CONVERSATIONS).where(rows.job == first.job))
            tasks.create_task(finish(kept.store, taken))
            await asyncio.sleep(0.5)
            await connection.execute(delete(CONVERSATIONS).where(rows.job == second.job))
        assert await kept.number(CONVERSATION_BATCHES) == 0

    kept_in(database, folder_url(tmp_path), work, forwards=True)
