"""Egress jobs of a test's own: started through LiveKit itself, and looked at there."""

from typing import Any

from livekit import api

from tests.routes.asked import Ask
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

NEW = "/egress/-/new"
ACTIVE = api.EgressStatus.EGRESS_ACTIVE


def info_of(livekit: Ask, egress_id: str) -> Any:
    """Return the job as LiveKit knows it."""
    asked = api.ListEgressRequest(egress_id=egress_id)
    return livekit("egress.list_egress", asked).items[0]


def of_room(livekit: Ask, room: str) -> list[Any]:
    """Return the jobs of a room, whatever became of them."""
    return list(livekit("egress.list_egress", api.ListEgressRequest(room_name=room)).items)


def reached(livekit: Ask, egress_id: str, status: int) -> Any:
    """Return the job once it has that status."""
    until(lambda: info_of(livekit, egress_id).status == status)
    return info_of(livekit, egress_id)


def composite(room: str, **fields: Any) -> api.RoomCompositeEgressRequest:
    """Return the request for a room's recording into a file, unless other outputs are given."""
    if not any(name.endswith("_outputs") for name in fields):
        fields["file_outputs"] = [api.EncodedFileOutput(filepath="stand-in/{room_name}")]
    return api.RoomCompositeEgressRequest(room_name=room, **fields)


def streaming(room: str, *urls: str) -> api.RoomCompositeEgressRequest:
    """Return the request that streams a room."""
    return composite(room, stream_outputs=[api.StreamOutput(urls=urls)])


def stop(livekit: Ask, egress_id: str) -> None:
    """Let the job end, if it has not: it ends with its room."""
    if info_of(livekit, egress_id).status > api.EgressStatus.EGRESS_ENDING:
        return
    try:
        livekit("egress.stop_egress", api.StopEgressRequest(egress_id=egress_id))
    except api.TwirpError as error:
        if error.code != "failed_precondition":
            raise


def start_form(visitor: Visitor, **query: str) -> dict[str, Any]:
    """Return the fields of the form that starts a job, as it is shown."""
    page = visitor.get(NEW, params=query)
    assert page.status == 200, page.text
    return filled(page)


def job_of(page: Seen) -> str:
    """Return the id of the job that a start led to."""
    assert page.status == 303, page.text[:1500]
    assert page.location.startswith("/egress/EG_")
    return page.location.removeprefix("/egress/")
