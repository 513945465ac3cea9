"""Starting an ended job again: the form of /egress/-/new?again=…, filled in from its request."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api

from app.text.formatters import visible
from app.text.paths import egress_path
from dev.workers import Ending, Standin
from tests.routes.asked import ODD, Ask
from tests.routes.conftest import Begin, Counted, Join
from tests.routes.egress.jobs import (
    ACTIVE,
    NEW,
    composite,
    info_of,
    job_of,
    of_room,
    reached,
    start_form,
    stop,
    streaming,
)
from tests.routes.filled import filled
from tests.support.visitor import Seen, Visitor

FAILED = api.EgressStatus.EGRESS_FAILED
S3 = {"storage": "s3", "s3_bucket": "tapes", "s3_access_key": "hush-key", "s3_secret": "hush-sec"}
ENTER_AGAIN = "Enter it again: LiveKit doesn't report it."
Failed = Callable[..., str]


@pytest.fixture
def failed(admin: Visitor, livekit: Ask, standin: Standin) -> Failed:
    """Return what starts a job by the form that fails immediately."""

    def one(room: str, **fields: str) -> str:
        standin.plan(room, active_after=0, end_after=0, end=Ending("failed", error="no space"))
        job = job_of(admin.send(NEW, start_form(admin, room=room) | fields))
        reached(livekit, job, FAILED)
        standin.plan(room)
        return job

    return one


def form_of(visitor: Visitor, job: str) -> Seen:
    """Return the form that starts the job again."""
    page = visitor.get(NEW, params={"again": job})
    assert page.status == 200, page.text
    return page


def test_every_ended_job_offers_it_and_no_running_one(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, failed: Failed
) -> None:
    ended, running = failed(room), begin(composite(room))
    reached(livekit, running, ACTIVE)
    listed = admin.get("/egress", params={"room": room})
    for job, offered in ((ended, True), (running, False)):
        link = f"{NEW}?again={job}"
        assert bool(listed.all("a", href=link)) is offered
        assert bool(admin.get(egress_path(job)).all("a", href=link)) is offered


def test_it_starts_the_same_job_but_for_what_is_masked(
    admin: Visitor, livekit: Ask, standin: Standin, room: str, failed: Failed
) -> None:
    first = failed(room, layout="speaker", filepath="a/{room_name}", segments="on", **S3)
    page = form_of(admin, first)
    form = filled(page)
    wanted = {"layout": "speaker", "filepath": "a/{room_name}", "segments": "on", "room": room}
    wanted |= {"storage": "s3", "s3_bucket": "tapes", "s3_access_key": "", "s3_secret": ""}
    assert {name: form[name] for name in wanted} == wanted
    assert "images" not in form
    assert f"Filled in from the job {first}" in page.text
    assert page.html.count(ENTER_AGAIN.replace("'", "&#39;")) == 2
    assert "hush-" not in page.markup
    entered = {name: S3[name] for name in ("s3_access_key", "s3_secret")}
    second = job_of(admin.send(NEW, form | entered))
    assert standin.job(second).asked == standin.job(first).asked
    stop(livekit, second)


def test_an_error_keeps_the_input_and_the_marks(
    admin: Visitor, livekit: Ask, room: str, failed: Failed
) -> None:
    form = filled(form_of(admin, failed(room, **S3)))
    page = admin.send(NEW, form | {"s3_access_key": "typed", "filepath": "kept"})
    assert page.status == 422
    assert "Enter both the key and its secret" in page.text
    assert filled(page)["filepath"] == "kept"
    assert filled(page)["again"] == form["again"]
    assert page.html.count(ENTER_AGAIN.replace("'", "&#39;")) == 2
    gone = admin.send(NEW, form | {"again": "EG_gone", "file_type": "WAV", "filepath": "kept"})
    assert gone.status == 422
    assert filled(gone)["filepath"] == "kept"


def test_stream_keys_are_not_sent_again(
    admin: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    job = begin(streaming(room, "rtmp://127.0.0.1/live/hush-hush-key"))
    reached(livekit, job, ACTIVE)
    stop(livekit, job)
    page = form_of(admin, job)
    assert filled(page)["urls"] == ""
    assert "Enter the stream URLs again: rtmp://127.0.0.1/live/{hus...key}." in page.text
    assert admin.send(NEW, filled(page)).status == 422


def test_what_cannot_be_carried_over_is_named(
    admin: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    hook = api.WebhookConfig(url="https://hook.example.com", signing_key="k")
    job = begin(composite(room, webhooks=[hook]))
    stop(livekit, job)
    assert "Not carried over: webhooks[0]" in form_of(admin, job).text


def test_a_closed_room_is_said(
    admin: Visitor, livekit: Ask, make_room: Callable[..., str], failed: Failed
) -> None:
    room = make_room()
    job = failed(room)
    closed = f"The room {room} is closed. A recording can't start before it is open again."
    assert closed not in form_of(admin, job).text
    livekit("room.delete_room", api.DeleteRoomRequest(room=room))
    page = form_of(admin, job)
    assert closed in page.text
    assert filled(page)["room"] == room


def test_a_track_that_is_gone_is_said(
    admin: Visitor, livekit: Ask, begin: Begin, stage: dict[str, str]
) -> None:
    file = api.DirectFileOutput(filepath="t/{track_id}")
    job = begin(api.TrackEgressRequest(room_name=stage["room"], track_id=stage["audio"], file=file))
    stop(livekit, job)
    page = form_of(admin, job)
    assert "is no longer in the room" not in page.text
    form = filled(page)
    assert (form["track"], form["filepath"]) == (stage["audio"], "t/{track_id}")
    person = api.RoomParticipantIdentity(room=stage["room"], identity="ada")
    livekit("room.remove_participant", person)
    page = form_of(admin, job)
    assert f"{stage['audio']} is no longer in the room. Choose again." in page.text


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_odd_names(
    admin: Visitor,
    livekit: Ask,
    standin: Standin,
    make_room: Callable[..., str],
    join: Join,
    odd: str,
) -> None:
    make_room(odd)
    join(odd, odd, name=odd)
    typed: dict[str, Any] = {"type": "participant", "room": odd, "identity": odd, "filepath": odd}
    first = job_of(admin.send(NEW, start_form(admin, type="participant", room=odd) | typed))
    stop(livekit, first)
    page = form_of(admin, first)
    assert visible(f"Record {odd}") in page.text
    second = job_of(admin.send(NEW, filled(page)))
    assert standin.job(second).asked == standin.job(first).asked
    stop(livekit, second)


def test_an_unknown_job_says_why(admin: Visitor) -> None:
    page = admin.get(NEW, params={"again": "EG_none"})
    assert page.status == 404
    assert "LiveKit lists no egress EG_none." in page.text


def test_a_second_click_starts_a_second_job(
    admin: Visitor, livekit: Ask, room: str, failed: Failed
) -> None:
    form = filled(form_of(admin, failed(room)))
    jobs = [job_of(admin.send(NEW, form)) for _ in range(2)]
    assert len(of_room(livekit, room)) == 3
    for job in jobs:
        stop(livekit, job)


def test_refuses_whoever_must_not(
    guarded: Callable[..., None], livekit: Ask, room: str, failed: Failed
) -> None:
    job = failed(room)
    guarded(NEW, type="room_composite", room=room, file="on", again=job)
    assert [info.egress_id for info in of_room(livekit, room)] == [job]


def test_it_costs_two_calls(counted: Counted, livekit: Ask, room: str, failed: Failed) -> None:
    job = failed(room)
    assert info_of(livekit, job).status == FAILED
    assert counted.get(f"{NEW}?again={job}")[1] == 2
