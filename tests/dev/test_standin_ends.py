"""What a worker does unasked: starts as slowly as a real one, ends a job in time, ends itself."""

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from livekit import api

from dev.stack import Stack
from dev.workers import Ending
from tests.dev.jobs import FILE, Jobs
from tests.support.asking import asker

# as livekit-egress says it, which then ends itself
INTERNAL = "could not create element: faac"
ANSWER = 1.0


async def start(stack: Stack, request: api.WebEgressRequest) -> None:
    """Start a web egress; TimeoutError if there is no answer in time."""
    async with api.LiveKitAPI(stack.url, stack.api_key, stack.api_secret, failover=False) as sdk:
        async with asyncio.timeout(ANSWER):
            await sdk.egress.start_web_egress(request)


@pytest.fixture(scope="module")
def slow_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose workers take as long as real ones, and end each job after a second."""
    flags = ["--pace=real", "--session-limit=1s"]
    with Stack(tmp_path_factory.mktemp("slow"), worker_flags=flags) as stack:
        yield stack


@pytest.fixture
def slow_livekit(slow_stack: Stack) -> Callable[..., Any]:
    """Ask the server of the slow workers."""
    return asker(slow_stack)


@pytest.fixture
def slow_jobs(slow_livekit: Callable[..., Any]) -> Jobs:
    """Egress jobs of the slow workers, in a room."""
    slow_livekit("room.create_room", api.CreateRoomRequest(name="studio"))
    return Jobs(slow_livekit)


def test_a_job_starts_slowly_and_reaches_the_session_limit(slow_jobs: Jobs) -> None:
    began = time.monotonic()
    egress_id = slow_jobs.record("studio")
    assert slow_jobs.status(egress_id) == "STARTING"
    slow_jobs.becomes(egress_id, "ACTIVE")
    # a browser has to load the page
    assert time.monotonic() - began >= 4
    ended = slow_jobs.becomes(egress_id, "LIMIT_REACHED")
    assert ended.details == "End reason: Session limit reached"
    (file,) = ended.file_results
    assert file.duration >= 1e9


@pytest.mark.alone
def test_a_stream_is_published_after_a_while(
    slow_stack: Stack, slow_livekit: Callable[..., Any]
) -> None:
    request = api.CreateIngressRequest(
        input_type="RTMP_INPUT", name="camera", room_name="studio", participant_identity="obs"
    )
    made = slow_livekit("ingress.create_ingress", request)
    began = time.monotonic()
    slow_stack.standin.publish(made.stream_key)
    publishing = api.IngressState.Status.ENDPOINT_PUBLISHING
    while slow_stack.standin.session(made.ingress_id).info.state.status != publishing:
        assert time.monotonic() - began < 5
        time.sleep(0.05)
    assert time.monotonic() - began >= 0.9


def test_an_internal_error_ends_the_worker(
    slow_stack: Stack, slow_livekit: Callable[..., Any], slow_jobs: Jobs
) -> None:
    slow_stack.standin.plan(
        "studio", active_after=0, end=Ending("failed", INTERNAL, ends_worker=True)
    )
    failed = slow_jobs.becomes(slow_jobs.record("studio"), "FAILED")
    assert (failed.error, failed.error_code) == (INTERNAL, 500)
    # nobody takes the next job; LiveKit itself waits for a worker for more than 20 s
    page = api.WebEgressRequest(url="https://page.example/", file_outputs=[FILE])
    known = set(slow_stack.standin.jobs())
    with pytest.raises(TimeoutError):
        asyncio.run(start(slow_stack, page))
    assert set(slow_stack.standin.jobs()) == known

    slow_stack.workers.stop()
    slow_stack.workers.start()
    slow_jobs.becomes(slow_jobs.record("studio"), "ACTIVE")
