"""Stopping many jobs: /egress/-/stop, which shows first and stops once that is confirmed."""

from livekit import api

from dev.workers import Fault, Standin
from tests.routes.asked import Ask
from tests.routes.conftest import Begin, Start
from tests.routes.filled import filled
from tests.routes.jobs import ACTIVE, composite, info_of, reached, stop
from tests.support.fault import Relay
from tests.support.visitor import Visitor

PATH = "/egress/-/stop"
COMPLETE = api.EgressStatus.EGRESS_COMPLETE


def running(livekit: Ask, begin: Begin, room: str, count: int) -> list[str]:
    """Give the ids of so many running jobs."""
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


def test_each_has_its_own_result(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    first, second = running(livekit, begin, room, 2)
    asked = filled(admin.post(PATH, job=[first, second]))
    stop(livekit, second)
    reached(livekit, second, COMPLETE)
    done = admin.send(PATH, asked)
    assert "1 of 2 jobs stopping" in done.text
    assert f"{second} The job has ended already (complete)." in done.text
    reached(livekit, first, COMPLETE)
    standin.plan(room, refuse_stop=Fault("internal", "disk full"))
    (stubborn,) = running(livekit, begin, room, 1)
    failed = admin.send(PATH, filled(admin.post(PATH, job=stubborn)))
    assert "0 of 1 job stopping" in failed.text
    assert "disk full" in failed.text


def test_after_an_outage_the_rest_is_left_alone(
    livekit: Ask, begin: Begin, room: str, relay: Relay, start_dashboard: Start
) -> None:
    jobs = running(livekit, begin, room, 3)
    visitor = start_dashboard(livekit_url=relay.url).visitor()
    asked = filled(visitor.post(PATH, job=jobs))
    relay.mode = "reset"
    before = relay.requests
    done = visitor.send(PATH, asked)
    assert "0 of 3 jobs stopping" in done.text
    assert done.text.count("not tried: LiveKit failed before") == 2
    assert relay.requests - before == 1
    assert [info_of(livekit, job).status for job in jobs] == [ACTIVE] * 3


def test_refuses_whoever_must_not(
    admin: Visitor, nobody: Visitor, reader: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    (job,) = running(livekit, begin, room, 1)
    fields = {"job": job, "confirmed": "on"}
    assert admin.get(PATH).status == 404  # it reads as the job of a name that no job has
    assert nobody.send(PATH, fields).status == 401
    assert reader.post(PATH, **fields).status == 403
    assert admin.send(PATH, fields | {"csrf": "wrong"}).status == 403
    assert info_of(livekit, job).status == ACTIVE
