"""Egress jobs for the browser tests: begun in LiveKit itself; they end with their room."""

from typing import Any

from livekit import api
from playwright.sync_api import Page

from dev.workers import Job, Standin
from tests.routes.asked import Ask
from tests.routes.egress.jobs import ACTIVE, composite, of_room, reached
from tests.support.waiting import until

# one output of each kind, the stream's address with a key
ALL_OUTPUTS: dict[str, Any] = {
    "file_outputs": [api.EncodedFileOutput(filepath="rec/{room_name}.mp4")],
    "stream_outputs": [api.StreamOutput(urls=["rtmp://127.0.0.1/live/key"])],
    "segment_outputs": [api.SegmentedFileOutput(playlist_name="all.m3u8")],
    "image_outputs": [api.ImageOutput(filename_prefix="img/at")],
}


def start(livekit: Ask, room: str, **fields: Any) -> str:
    """Record a room, into a file by default; return the job's id immediately."""
    request = composite(room, **fields)
    return str(livekit("egress.start_room_composite_egress", request).egress_id)


def begin(livekit: Ask, room: str, **fields: Any) -> str:
    """Start a job, and give its id once it is active."""
    egress_id = start(livekit, room, **fields)
    reached(livekit, egress_id, ACTIVE)
    return egress_id


def begun(livekit: Ask, standin: Standin, room: str, *others: str) -> Job:
    """Return the room's one job, but for `others`, as its worker has it."""
    (egress_id,) = until(lambda: {info.egress_id for info in of_room(livekit, room)} - {*others})
    return standin.job(egress_id)


def unfolded(page: Page, storage: str) -> None:
    """Show all fields of the form on the page: all that is folded, ticked or chosen for."""
    for summary in page.locator("form[data-form] details > summary:visible").all():
        summary.click()
    for tick in page.get_by_role("group", name="Outputs").get_by_role("checkbox").all():
        tick.check()
    for name, value in (("encoding", "advanced"), ("storage", storage)):
        for select in page.locator(f"#f-{name}").all():
            select.select_option(value)
    assert page.locator(f".when.storage-{storage}:visible").count()
    for select in page.locator("#f-direct").all():
        select.select_option("websocket")  # which needs no storage
