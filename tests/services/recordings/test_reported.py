"""Jobs of a real server, recorded by the stand-in worker, become rows without any webhook."""

from collections.abc import Callable
from typing import Any

from livekit import api
from sqlalchemy import select

from app.live.hub import Hub
from app.services.history.reconciling.reconciler import Reconciler
from app.services.livekit.client import LiveKit
from app.store.migrating import migrate
from app.store.schema import RECORDINGS
from app.store.store import Store
from dev.workers import Ending, Standin
from tests.routes.egress.jobs import composite, reached
from tests.services.livekit.flights import Run
from tests.support.streams import SERVER

UPLOAD = api.S3Upload(bucket="tapes", access_key="the-access-key", secret="the-secret")
COMPLETE, FAILED = api.EgressStatus.EGRESS_COMPLETE, api.EgressStatus.EGRESS_FAILED
OUTPUTS: dict[str, Any] = {
    "file_outputs": [api.EncodedFileOutput(filepath="daily/{room_name}.mp4", s3=UPLOAD)],
    "segment_outputs": [api.SegmentedFileOutput(playlist_name="all.m3u8")],
    "stream_outputs": [api.StreamOutput(urls=["rtmp://127.0.0.1/live/key"])],
}


def test_what_the_reconciler_lists(
    database: str,
    run: Run[None],
    room: str,
    make_room: Callable[..., str],
    livekit: Callable[..., Any],
    standin: Standin,
) -> None:
    broken = make_room()
    standin.plan(room, active_after=0, end_after=0.2, end=Ending())
    failure = Ending("failed", error="upload failed: AccessDenied")
    standin.plan(broken, active_after=0, end_after=0, end=failure)
    call = "egress.start_room_composite_egress"
    job = livekit(call, composite(room, **OUTPUTS)).egress_id
    lost = livekit(call, composite(broken, **OUTPUTS)).egress_id
    reached(livekit, job, COMPLETE)
    reached(livekit, lost, FAILED)

    async def work(opened: LiveKit) -> None:
        store = Store(database)
        try:
            await migrate(store)
            for _ in range(2):
                await Reconciler(store, opened, Hub(), SERVER).round()
            rows = RECORDINGS.c
            query = select(RECORDINGS).where(rows.egress_id.in_([job, lost])).order_by(rows.id)
            async with store.read() as connection:
                file, playlist = (await connection.execute(query)).mappings()
        finally:
            await store.close()
        assert (file["id"], playlist["id"]) == (f"{job}.1", f"{job}.2")
        assert (file["room"], file["kind"], file["type"]) == (room, "mp4", "room_composite")
        assert file["filename"] == f"daily/{room}.mp4"
        assert file["location"].endswith(f"amazonaws.com/daily/{room}.mp4")
        assert file["size"] > 0
        assert file["ended_at"] >= file["started_at"]
        assert (playlist["kind"], playlist["location"]) == ("hls", "all.m3u8")

    run(work)
