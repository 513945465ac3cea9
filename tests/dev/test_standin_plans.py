"""A job goes as its room's plan says: refused, slow, failing, ending on its own."""

import time

import pytest
from livekit import api

from dev.plans import EgressPlan
from dev.workers import Ending, Fault, Standin, StandinError, StreamFailure
from tests.dev.jobs import FILE, Jobs
from tests.support.waiting import until

GOOD = "rtmp://good.example/live/good-stream-key"
BAD = "rtmp://bad.example/live/bad-stream-key"
DENIED = Ending("failed", error="upload failed: access denied", error_code=400)


@pytest.mark.parametrize("code", ["invalid_argument", "internal", "permission_denied"])
def test_a_start_can_be_refused(code: str, jobs: Jobs, standin: Standin, room: str) -> None:
    standin.plan(room, refuse=Fault(code, "not today"))
    assert jobs.refusal(lambda: jobs.record(room)) == (code, "not today")


def test_a_refused_job_can_be_looked_at(jobs: Jobs, standin: Standin, room: str) -> None:
    before = set(standin.jobs())
    standin.plan(room, refuse=Fault("internal", "not today"))
    jobs.refusal(lambda: jobs.record(room))
    rooms = [standin.job(egress_id).request for egress_id in set(standin.jobs()) - before]
    assert [asked["room_composite"]["room_name"] for asked in rooms] == [room]
    standin.plan(room)
    assert standin.job(jobs.record(room)).info is not None


def test_a_start_can_be_slow(jobs: Jobs, standin: Standin, room: str) -> None:
    standin.plan(room, answer_after=1, active_after=1)
    began = time.monotonic()
    egress_id = jobs.record(room)
    assert time.monotonic() - began >= 1
    assert jobs.status(egress_id) == "STARTING"
    jobs.becomes(egress_id, "ACTIVE")


@pytest.mark.parametrize(
    ("end", "status", "error", "details"),
    [
        (Ending("complete"), "COMPLETE", ("", 0), "End reason: Source closed"),
        (DENIED, "FAILED", (DENIED.error, 400), "End reason: Failure"),
        (Ending("aborted", "no", 412), "ABORTED", ("no", 412), ""),
        (
            Ending("limit_reached"),
            "LIMIT_REACHED",
            ("Session limit reached", 413),
            "End reason: Session limit reached",
        ),
        (Ending("complete", details="as told"), "COMPLETE", ("", 0), "as told"),
    ],
)
def test_a_job_can_end_by_itself(
    end: Ending,
    status: str,
    error: tuple[str, int],
    details: str,
    jobs: Jobs,
    standin: Standin,
    room: str,
) -> None:
    standin.plan(room, end_after=0.2, end=end)
    ended = jobs.becomes(jobs.record(room), status)
    assert ended.started_at
    assert ended.ended_at
    assert (ended.error, ended.error_code) == error
    assert ended.details == details
    assert bool(ended.file_results[0].location) == (status in ("COMPLETE", "LIMIT_REACHED"))


def test_a_job_can_fail_before_it_is_active(jobs: Jobs, standin: Standin, room: str) -> None:
    standin.plan(room, end_after=-1, end=DENIED)
    ended = jobs.becomes(jobs.record(room), "FAILED")
    assert ended.started_at == 0
    assert ended.error == DENIED.error
    (file,) = ended.file_results
    assert file == api.FileInfo(filename=file.filename)


def test_a_killed_recorder_leaves_no_results(jobs: Jobs, standin: Standin, room: str) -> None:
    egress_id = jobs.record(room)
    jobs.becomes(egress_id, "ACTIVE")
    standin.end(egress_id, "killed")
    ended = jobs.becomes(egress_id, "FAILED")
    assert (ended.error, ended.error_code, ended.details) == ("signal: killed", 500, "")
    assert list(ended.file_results) == []
    assert ended.WhichOneof("result") is None


@pytest.mark.parametrize(
    ("path", "disabled", "manifest"),
    [
        ("recordings/a.mp4", False, "recordings/{id}.json"),
        ("a.mp4", False, "{id}.json"),
        ("recordings/a.mp4", True, ""),
    ],
)
def test_a_manifest_lies_beside_the_file(
    path: str, disabled: bool, manifest: str, jobs: Jobs, room: str
) -> None:
    file = api.EncodedFileOutput(filepath=path, disable_manifest=disabled)
    egress_id = jobs.record(room, file_outputs=[file])
    assert jobs.becomes(egress_id, "ACTIVE").manifest_location == ""
    jobs.stop(egress_id)
    ended = jobs.becomes(egress_id, "COMPLETE")
    assert ended.manifest_location == manifest.replace("{id}", egress_id)


def test_a_job_can_be_ended_now(jobs: Jobs, standin: Standin, room: str) -> None:
    egress_id = jobs.record(room)
    jobs.becomes(egress_id, "ACTIVE")
    standin.end(egress_id, "failed", error="out of memory", error_code=403)
    info = jobs.info(egress_id)
    assert (jobs.status(egress_id), info.error, info.error_code) == ("FAILED", "out of memory", 403)
    assert not standin.job(egress_id).running


def test_stop_and_update_can_be_refused(jobs: Jobs, standin: Standin, room: str) -> None:
    fault = Fault("internal", "the pipeline hangs")
    standin.plan(room, refuse_stop=fault, refuse_update=fault)
    egress_id = jobs.record(room)
    jobs.becomes(egress_id, "ACTIVE")
    assert jobs.refusal(lambda: jobs.stop(egress_id)) == ("internal", fault.error)
    assert jobs.refusal(lambda: jobs.stream(egress_id, add=GOOD)) == ("internal", fault.error)
    assert [call.name for call in standin.job(egress_id).received] == [
        "stop_egress",
        "update_stream",
    ]
    standin.end(egress_id)


def test_one_stream_can_fail_while_the_other_goes_on(
    jobs: Jobs, standin: Standin, room: str
) -> None:
    failure = StreamFailure(BAD, after=0.1, error="connection refused", retries=3)
    standin.plan(room, streams_fail=[failure])
    egress_id = jobs.record(room, stream_outputs=[api.StreamOutput(urls=[GOOD, BAD])])
    jobs.becomes(egress_id, "ACTIVE")
    until(lambda: jobs.info(egress_id).stream_results[1].status == api.StreamInfo.FAILED)
    good, bad = jobs.info(egress_id).stream_results
    assert (good.status, good.error) == (api.StreamInfo.ACTIVE, "")
    assert (bad.status, bad.error) == (api.StreamInfo.FAILED, "connection refused")
    assert bad.retries == 3
    assert bad.last_retry_at
    assert jobs.status(egress_id) == "ACTIVE"


def test_a_job_fails_with_its_only_stream(jobs: Jobs, standin: Standin, room: str) -> None:
    standin.plan(room, streams_fail=[StreamFailure(BAD, error="connection refused")])
    egress_id = jobs.record(room, stream_outputs=[api.StreamOutput(urls=[BAD])])
    ended = jobs.becomes(egress_id, "FAILED")
    assert (ended.error, ended.error_code) == ("connection refused", 503)


def test_what_a_worker_may_add(jobs: Jobs, standin: Standin, room: str) -> None:
    plan = EgressPlan(
        details="recorded on a spare node",
        manifest_location="manifests/x.json",
        backup_storage_used=True,
        retry_count=2,
        end_after=0,
        end=Ending("complete"),
    )
    standin.plan(room, **plan)
    ended = jobs.becomes(jobs.record(room), "COMPLETE")
    assert ended.details == plan["details"]
    assert ended.manifest_location == plan["manifest_location"]
    assert (ended.backup_storage_used, ended.retry_count) == (True, 2)


def test_a_page_is_planned_by_its_address(jobs: Jobs, standin: Standin, room: str) -> None:
    page = f"https://{room}.example/"
    standin.plan(page, refuse=Fault("internal", "no such page"))
    request = api.WebEgressRequest(url=page, file_outputs=[FILE])
    assert jobs.refusal(lambda: jobs.start(request)) == ("internal", "no such page")


def test_what_the_worker_does_not_know_is_an_error(standin: Standin) -> None:
    with pytest.raises(StandinError, match="no such job"):
        standin.job("EG_never")
    with pytest.raises(StandinError, match="no such job"):
        standin.end("EG_never")
    with pytest.raises(StandinError, match='unknown field "actve_after"'):
        standin.plan("room", actve_after=1)  # type: ignore[call-arg]
