"""Stopping one job: /egress/{job}/stop."""

import time
from collections.abc import Callable

import pytest
from livekit import api

from app.text.paths import egress_path
from dev.stack import Stack
from dev.workers import Fault, Standin
from tests.routes.asked import Ask
from tests.routes.conftest import Begin, Start
from tests.routes.egress.jobs import ACTIVE, composite, info_of, reached, streaming
from tests.support.dashboard import managing
from tests.support.visitor import Visitor
from tests.support.waiting import until

COMPLETE = api.EgressStatus.EGRESS_COMPLETE


def test_asks_then_stops(admin: Visitor, livekit: Ask, begin: Begin, room: str) -> None:
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    asked = admin.get(egress_path(job, "stop"))
    assert f"Stop {job}?" in asked.text
    assert f"stand-in/{room}" in asked.text
    assert f"lk egress stop --id {job}" in asked.text
    assert info_of(livekit, job).status == ACTIVE
    page = admin.follow(admin.post(egress_path(job, "stop")))
    assert "Stopping. Files are available" in page.text
    reached(livekit, job, COMPLETE)
    shown = admin.get(egress_path(job))
    assert "complete" in shown.text
    assert "Expires in 23 h" in shown.text


def test_the_worker_is_asked_once(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    admin.post(egress_path(job, "stop"))
    assert [call.name for call in standin.job(job).received] == ["stop_egress"]


@pytest.mark.alone
def test_a_second_click_is_said_at_once(
    admin: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    assert admin.post(egress_path(job, "stop")).status == 303
    reached(livekit, job, COMPLETE)
    began = time.monotonic()
    again = admin.post(egress_path(job, "stop"))
    assert time.monotonic() - began < 2, "LiveKit itself takes 3 s to say so"
    assert again.status == 409
    assert "The job has already ended (complete)." in again.text


def test_one_that_is_ending_can_be_asked_again(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    standin.plan(room, stop_takes=3)
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    for _ in range(2):
        page = admin.follow(admin.post(egress_path(job, "stop")))
        assert "ending" in page.text


def test_an_unknown_job_is_404(admin: Visitor) -> None:
    for path in ("/egress/EG_none", "/egress/EG_none/stop", "/egress/~4pyo/stop"):
        assert admin.get(path).status == 404
    assert admin.post("/egress/EG_none/stop").status == 404


def test_refused_by_its_worker_it_runs_on_and_says_why(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    standin.plan(
        room, refuse_stop=Fault("internal", "cannot write rtmp://127.0.0.1/live/hush-hush")
    )
    job = begin(streaming(room, "rtmp://127.0.0.1/live/hush-hush"))
    reached(livekit, job, ACTIVE)
    page = admin.post(egress_path(job, "stop"))
    assert page.status == 502
    assert "cannot write rtmp://127.0.0.1/live/{hus...ush}" in page.text
    assert "hush-hush" not in page.html
    assert info_of(livekit, job).status == ACTIVE


def test_without_its_worker_it_says_so(start_dashboard: Start) -> None:
    with Stack() as own:
        visitor = start_dashboard(**managing(own)).visitor()
        visitor.post("/rooms/-/new", name="left")
        answer = visitor.post("/egress/-/new", type="web", url="http://127.0.0.1/x", file="on")
        until(lambda: "active" in visitor.get(answer.location).text)
        own.workers.kill()
        page = visitor.post(f"{answer.location}/stop")
        assert page.status == 503
        assert "No worker responded for the job" in page.text
        assert "Its worker has ended or lost its connection to Redis." in page.text
        assert "active" in visitor.get(answer.location).text


def test_refuses_whoever_must_not(
    guarded: Callable[..., None], livekit: Ask, begin: Begin, room: str
) -> None:
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    guarded(egress_path(job, "stop"))
    assert info_of(livekit, job).status == ACTIVE


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "../rooms", "--id", "EG_\u202e"])
def test_hostile_ids_are_404(admin: Visitor, hostile: str) -> None:
    page = admin.get(egress_path(hostile))
    assert page.status == 404
    assert "<script>alert" not in page.html
