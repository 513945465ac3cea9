"""Stopping many jobs: /egress/-/stop, which shows first and stops once that is confirmed."""

from collections.abc import Callable

from livekit import api

from dev.workers import Fault, Standin
from tests.routes.asked import Ask
from tests.routes.conftest import Begin
from tests.routes.egress.jobs import ACTIVE, composite, info_of, reached, stop
from tests.routes.filled import filled
from tests.support.visitor import Visitor

PATH = "/egress/-/stop"
COMPLETE = api.EgressStatus.EGRESS_COMPLETE


def running(livekit: Ask, begin: Begin, room: str, count: int) -> list[str]:
    """Return the ids of so many running jobs."""
    jobs = [begin(composite(room)) for _ in range(count)]
    for job in jobs:
        reached(livekit, job, ACTIVE)
    return jobs


def test_the_selected_are_shown_and_then_stopped(
    admin: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    first, second, third = running(livekit, begin, room, 3)
    asked = admin.post(PATH, job=[first, second, first])
    assert asked.status == 200
    assert "Stop 2 jobs?" in asked.text
    assert f"lk egress stop --id {first} --id {second}" in asked.text
    assert third not in asked.text
    assert info_of(livekit, first).status == ACTIVE, "nothing is stopped before it is confirmed"
    done = admin.send(PATH, filled(asked))
    assert "2 of 2 jobs stopping" in done.text
    for job in (first, second):
        reached(livekit, job, COMPLETE)
    assert info_of(livekit, third).status == ACTIVE


def test_ended_ones_and_none_are_said(
    admin: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    (job,) = running(livekit, begin, room, 1)
    stop(livekit, job)
    reached(livekit, job, COMPLETE)
    for chosen in ([job], [], ["EG_none"]):
        assert "Nothing to stop" in admin.post(PATH, job=chosen).text


def test_all_that_match_and_run(
    admin: Visitor, livekit: Ask, begin: Begin, make_room: Callable[..., str]
) -> None:
    ended, first, second = running(livekit, begin, make_room("stop all of these"), 3)
    (other,) = running(livekit, begin, make_room(), 1)
    stop(livekit, ended)
    reached(livekit, ended, COMPLETE)
    nothing = admin.post(PATH, scope="matching", q="stop all of", status="ended")
    assert "No running jobs match." in nothing.text
    asked = admin.post(PATH, scope="matching", q="STOP all of", type="room_composite")
    assert "Stop 2 jobs?" in asked.text
    assert "These are all running jobs that match the filter." in asked.text
    assert "2 of 2 jobs stopping" in admin.send(PATH, filled(asked)).text
    for job in (first, second):
        reached(livekit, job, COMPLETE)
    assert info_of(livekit, other).status == ACTIVE


def test_what_ended_in_between_is_asked_again(
    admin: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    first, second = running(livekit, begin, room, 2)
    asked = filled(admin.post(PATH, job=[first, second]))
    stop(livekit, second)
    reached(livekit, second, COMPLETE)
    again = admin.send(PATH, asked)
    assert again.status == 409
    assert "The jobs have changed since this was shown. Nothing was done" in again.text
    assert "Stop 1 job?" in again.text
    assert second not in again.text
    assert info_of(livekit, first).status == ACTIVE


def test_each_has_its_own_result(
    admin: Visitor, livekit: Ask, begin: Begin, make_room: Callable[..., str], standin: Standin
) -> None:
    standin.plan(stubborn := make_room(), refuse_stop=Fault("internal", "disk full"))
    (first,), (second,) = (running(livekit, begin, name, 1) for name in (stubborn, make_room()))
    done = admin.send(PATH, filled(admin.post(PATH, job=[first, second])))
    assert "1 of 2 jobs stopping" in done.text
    assert "disk full" in done.text
    reached(livekit, second, COMPLETE)
    assert info_of(livekit, first).status == ACTIVE


def test_refuses_whoever_must_not(
    admin: Visitor, nobody: Visitor, reader: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    (job,) = running(livekit, begin, room, 1)
    fields = filled(admin.post(PATH, job=job))
    del fields["csrf"]
    assert admin.get(PATH).status == 404  # it reads as the job of a name that no job has
    assert nobody.send(PATH, fields).status == 401
    assert reader.post(PATH, **fields).status == 403
    assert admin.send(PATH, fields | {"csrf": "wrong"}).status == 403
    assert info_of(livekit, job).status == ACTIVE
