"""Adding streams to a running job and taking some out: /egress/{job}/streams."""

from collections.abc import Callable

import pytest
from livekit import api

from app.text.paths import egress_path
from dev.workers import Fault, Standin, StreamFailure
from tests.routes.asked import Ask
from tests.routes.conftest import Begin
from tests.routes.egress.jobs import ACTIVE, composite, reached, stop, streaming
from tests.support.visitor import Visitor
from tests.support.waiting import until

ONE = "rtmp://127.0.0.1/live/first-key-0001"
TWO = "rtmp://127.0.0.1/live/second-key-0002"
SRT = "srt://127.0.0.1:9000?streamid=pub&passphrase=hush-hush"


@pytest.fixture
def job(livekit: Ask, begin: Begin, room: str) -> str:
    """A job that streams the test's room by RTMP."""
    egress_id = begin(streaming(room, ONE))
    reached(livekit, egress_id, ACTIVE)
    return egress_id


def received(standin: Standin, job: str) -> list[tuple[list[str], list[str]]]:
    """Return the addresses that the worker was asked to add and to remove, call by call."""
    calls = [call.request for call in standin.job(job).received]
    return [
        (list(call.add_output_urls), list(call.remove_output_urls))
        for call in calls
        if isinstance(call, api.UpdateStreamRequest)
    ]


def test_adds_and_takes_out(admin: Visitor, job: str, standin: Standin) -> None:
    path = egress_path(job, "streams")
    page = admin.follow(admin.post(path, add=f" {TWO}\r\n"))
    assert "1 stream added, 0 removed." in page.text
    assert "{sec...002}" in page.text
    page = admin.follow(admin.post(path, remove=ONE))
    assert "0 streams added, 1 removed." in page.text
    assert received(standin, job) == [([TWO], []), ([], [ONE])]
    assert "finished" in page.text
    for key in ("first-key-0001", "second-key-0002"):
        assert key not in page.html


@pytest.mark.parametrize("field", ["add", "remove"])
def test_a_space_in_an_address_never_reaches_the_worker(
    admin: Visitor, job: str, standin: Standin, field: str
) -> None:
    page = admin.post(egress_path(job, "streams"), **{field: f"{TWO} and-more"})
    assert page.status == 422
    assert "Line 1: write a space in a URL as %20." in page.text
    assert page.all("textarea", name=field, **{"aria-invalid": "true"})
    assert received(standin, job) == []


def test_an_address_known_in_full_is_a_tick(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    job = begin(streaming(room, SRT, "srt://127.0.0.1:9001?passphrase=other-hush"))
    reached(livekit, job, ACTIVE)
    page = admin.get(egress_path(job, "streams"))
    assert "hush" not in page.markup
    ticks = page.all("input", name="stop")
    assert len(ticks) == 2
    assert admin.post(egress_path(job, "streams"), stop=ticks[0]["value"]).status == 303
    assert received(standin, job) == [([], [SRT])]


def test_the_last_one_taken_out_ends_the_job(admin: Visitor, livekit: Ask, job: str) -> None:
    assert admin.post(egress_path(job, "streams"), remove=ONE).status == 303
    reached(livekit, job, api.EgressStatus.EGRESS_COMPLETE)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "Enter a URL to add"),
        ({"add": "http://127.0.0.1/x"}, "Line 1: use rtmp://"),
        ({"add": "rtmp://127.0.0.1"}, "Line 1: use the form rtmp://host/app/key"),
        ({"add": f"{TWO}\n{TWO}"}, "Duplicate URL."),
    ],
)
def test_wrong_addresses_are_marked_and_kept(
    admin: Visitor, job: str, standin: Standin, fields: dict[str, str], reason: str
) -> None:
    page = admin.post(egress_path(job, "streams"), **fields)
    assert page.status == 422
    assert reason in page.text
    assert page.all("textarea", name="add")[0]["aria-invalid"] == "true"
    assert fields.get("add", "") in page.html
    assert received(standin, job) == []


def test_one_it_does_not_stream_to_is_said_without_its_key(admin: Visitor, job: str) -> None:
    page = admin.post(egress_path(job, "streams"), remove=TWO)
    assert page.status == 404
    assert "{sec...002} not found" in page.text
    assert TWO in page.all("textarea", name="remove")[0].get("value", "") + page.html


def test_a_stream_that_fails_says_why(
    admin: Visitor, livekit: Ask, begin: Begin, room: str, standin: Standin
) -> None:
    failure = StreamFailure(TWO, after=0.1, error=f"no route to {TWO}", retries=3)
    standin.plan(room, streams_fail=[failure])
    job = begin(streaming(room, ONE, TWO))
    reached(livekit, job, ACTIVE)
    page = until(lambda: (seen := admin.get(egress_path(job))) and "failed" in seen.text and seen)
    assert page is not False
    assert "no route to rtmp://127.0.0.1/live/{sec...002}" in page.text
    assert "3 retries" in page.text
    assert "second-key-0002" not in page.html
    assert page.text.count("active") >= 2, "the job and its other stream go on"


def test_a_job_without_streams_says_so(
    admin: Visitor, livekit: Ask, begin: Begin, room: str
) -> None:
    job = begin(composite(room))
    reached(livekit, job, ACTIVE)
    assert not admin.get(egress_path(job)).all("a", href=egress_path(job, "streams"))
    assert "only to a job that was started with one" in admin.get(egress_path(job, "streams")).text
    page = admin.post(egress_path(job, "streams"), add=TWO)
    assert page.status == 422
    assert "non-streaming egress" in page.text


def test_an_ended_job_and_a_worker_that_refuses(
    admin: Visitor, livekit: Ask, job: str, begin: Begin, room: str, standin: Standin
) -> None:
    stop(livekit, job)
    reached(livekit, job, api.EgressStatus.EGRESS_COMPLETE)
    page = admin.post(egress_path(job, "streams"), add=TWO)
    assert page.status == 409
    assert "The job has already ended" in page.text
    assert TWO in page.html
    standin.plan(room, refuse_update=Fault("internal", "out of memory"))
    other = begin(streaming(room, ONE))
    reached(livekit, other, ACTIVE)
    page = admin.post(egress_path(other, "streams"), add=TWO)
    assert page.status == 502
    assert "out of memory" in page.text


def test_refuses_whoever_must_not(guarded: Callable[..., None], job: str, standin: Standin) -> None:
    guarded(egress_path(job, "streams"), add=TWO)
    assert received(standin, job) == []
