"""Another layout for a running room recording: /egress/{job}/layout."""

from collections.abc import Callable

import pytest
from livekit import api

from app.text.formatters import visible
from app.text.paths import egress_path
from dev.workers import Standin
from tests.routes.asked import ODD, Ask, people
from tests.routes.conftest import Begin
from tests.routes.egress.jobs import ACTIVE, composite, reached, stop
from tests.routes.filled import filled
from tests.support.visitor import Visitor
from tests.support.waiting import until


@pytest.fixture
def job(livekit: Ask, begin: Begin, room: str) -> str:
    """A running recording of the test's room."""
    egress_id = begin(composite(room, layout="grid"))
    reached(livekit, egress_id, ACTIVE)
    return egress_id


def told(standin: Standin, job: str) -> list[str]:
    """Return the layouts that the recorder received, call by call."""
    calls = [call.request for call in standin.job(job).received]
    return [call.layout for call in calls if isinstance(call, api.UpdateLayoutRequest)]


def test_the_recorder_is_told_and_the_page_shows_it(
    admin: Visitor, livekit: Ask, room: str, job: str, standin: Standin
) -> None:
    path = egress_path(job, "layout")
    assert filled(admin.get(path))["layout"] == "grid"
    page = admin.follow(admin.post(path, layout="speaker"))
    assert "Layout changed to speaker." in page.text
    assert "Current layout speaker" in page.text
    assert people(livekit, room)[job].metadata == '{"layout":"speaker"}'
    until(lambda: told(standin, job) == ["speaker"])  # LiveKit does not wait for it
    assert filled(admin.get(path))["layout"] == "speaker"


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_layouts(admin: Visitor, livekit: Ask, job: str, odd: str, standin: Standin) -> None:
    page = admin.follow(admin.post(egress_path(job, "layout"), layout=odd))
    assert visible(odd) in page.text.replace("  ", " ") or visible(odd) in page.html
    assert "<script>alert" not in page.html
    until(lambda: told(standin, job) == [odd])


def test_an_empty_one_is_422(admin: Visitor, job: str) -> None:
    page = admin.post(egress_path(job, "layout"), layout="")
    assert page.status == 422
    assert page.all("input", name="layout")[0]["aria-invalid"] == "true"


def test_an_ended_job_says_so_and_keeps_what_was_typed(
    admin: Visitor, livekit: Ask, job: str
) -> None:
    stop(livekit, job)
    reached(livekit, job, api.EgressStatus.EGRESS_COMPLETE)
    page = admin.post(egress_path(job, "layout"), layout="typed")
    assert page.status == 409
    assert f"lk egress update-layout --id {job} --layout typed" in page.text
    assert "The job has already ended" in page.text
    assert page.all("input", name="layout", value="typed")


def test_without_its_recorder_in_the_room_nobody_takes_it(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    standin.plan(room, outlives_room=True)
    orphan = begin(composite(room))
    reached(livekit, orphan, ACTIVE)
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    page = admin.post(egress_path(orphan, "layout"), layout="typed")
    assert page.status == 409
    assert "no layout was changed" in page.text
    standin.end(orphan, "complete")


def test_only_a_room_has_a_layout(admin: Visitor, livekit: Ask, begin: Begin) -> None:
    web = begin(
        api.WebEgressRequest(url="http://127.0.0.1/l", file_outputs=[api.EncodedFileOutput()])
    )
    reached(livekit, web, ACTIVE)
    assert not admin.get(egress_path(web)).all("a", href=egress_path(web, "layout"))
    page = admin.post(egress_path(web, "layout"), layout="grid")
    assert page.status == 409
    assert "Only room recordings have a layout." in page.text


def test_refuses_whoever_must_not(guarded: Callable[..., None], job: str, standin: Standin) -> None:
    guarded(egress_path(job, "layout"), layout="typed in vain")
    assert standin.job(job).received == []
