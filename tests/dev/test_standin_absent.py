"""Workers that go, come back, or never were; and who may speak to the control interface."""

import http.client
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from livekit import api

from dev.stack import Stack
from dev.workers import Standin, StandinError
from tests.dev.jobs import FILE, Jobs
from tests.dev.phones import Phones
from tests.support.asking import asker


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack of this module's own: the tests here stop its workers."""
    with Stack(tmp_path_factory.mktemp("absent")) as stack:
        yield stack


@pytest.fixture
def own_livekit(own_stack: Stack) -> Callable[..., Any]:
    """Ask the module's own server."""
    return asker(own_stack)


@pytest.fixture
def own_jobs(own_stack: Stack, own_livekit: Callable[..., Any]) -> Jobs:
    """Egress jobs on the module's own server, with workers that run."""
    own_stack.workers.start()
    own_livekit("room.create_room", api.CreateRoomRequest(name="studio"))
    return Jobs(own_livekit)


def test_workers_that_are_stopped_end_their_jobs(own_stack: Stack, own_jobs: Jobs) -> None:
    egress_id = own_jobs.record("studio")
    own_jobs.becomes(egress_id, "ACTIVE")
    own_stack.workers.stop()
    assert own_jobs.becomes(egress_id, "COMPLETE").details == "End reason: Process killed"


@pytest.mark.alone
def test_a_crash_leaves_jobs_that_nobody_can_stop(own_stack: Stack, own_jobs: Jobs) -> None:
    egress_id = own_jobs.record("studio")
    own_jobs.becomes(egress_id, "ACTIVE")
    own_stack.workers.kill()
    assert own_jobs.status(egress_id) == "ACTIVE"
    began = time.monotonic()
    code, _ = own_jobs.refusal(lambda: own_jobs.stop(egress_id))
    assert code == "deadline_exceeded"
    assert time.monotonic() - began < 5
    assert own_jobs.status(egress_id) == "ACTIVE"

    own_stack.workers.start()
    again = own_jobs.record("studio")
    own_jobs.becomes(again, "ACTIVE")
    assert own_stack.standin.jobs() == [again], "the new process knows nothing of the old one"


@pytest.mark.alone
def test_without_a_worker_nobody_is_called(
    own_stack: Stack, own_livekit: Callable[..., Any]
) -> None:
    own_stack.workers.start()
    phones = Phones(own_livekit, own_stack.standin)
    carrier = phones.outbound_trunk()
    phones.dial(carrier, "+15550123", "studio", participant_identity="callee")
    phones.becomes("studio", "callee", "active")
    own_stack.workers.kill()
    began = time.monotonic()
    for ask in (
        lambda: phones.dial(carrier, "+15550123", "studio"),
        lambda: phones.transfer("studio", "callee"),
    ):
        assert phones.refusal(ask) == ("unavailable", "no response from servers", {})
    assert time.monotonic() - began < 5


def test_jobs_go_on_while_livekit_is_away(own_stack: Stack, own_jobs: Jobs) -> None:
    request = api.WebEgressRequest(url="https://page.example/", file_outputs=[FILE])
    egress_id = own_jobs.start(request)
    own_jobs.becomes(egress_id, "ACTIVE")
    own_stack.livekit.kill()
    own_stack.livekit.start()
    own_jobs.stop(egress_id)
    own_jobs.becomes(egress_id, "COMPLETE")


def test_a_stack_can_do_without_workers(tmp_path: Path) -> None:
    stack = Stack(tmp_path, workers=False)
    with pytest.raises(RuntimeError, match="no workers"):
        _ = stack.standin
    with stack:
        assert [process.name for process in stack.processes] == ["redis-server", "livekit-server"]
        with pytest.raises(RuntimeError, match="no workers"):
            _ = stack.workers


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {"Host": "rebound.example"}),
        ("POST", {}),
        ("POST", {"Content-Type": "text/plain"}),
    ],
)
def test_a_web_page_cannot_speak_to_the_control_interface(
    method: str, headers: dict[str, str], stack: Stack
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", stack.standin.port, timeout=5)
    connection.request(method, "/egress/jobs", "{}", headers)
    assert connection.getresponse().status == 403
    connection.close()


def test_the_log_holds_no_credentials(
    stack: Stack, standin: Standin, jobs: Jobs, phones: Phones, carrier: str, room: str
) -> None:
    bucket = api.S3Upload(access_key="AKIA-log", secret="log-secret-1", bucket="b")
    address = "rtmp://a.example/live/log-stream-key"
    egress_id = jobs.record(
        room,
        file_outputs=[api.EncodedFileOutput(filepath="x", s3=bucket)],
        stream_outputs=[api.StreamOutput(urls=[address])],
    )
    jobs.becomes(egress_id, "ACTIVE")
    with pytest.raises(StandinError):
        standin.publish("log-ingress-key")
    phones.dial(carrier, "+15550log", room)
    jobs.stop(egress_id)
    jobs.becomes(egress_id, "COMPLETE")
    log = (stack.folder / "standin.log").read_text()
    assert egress_id in log
    for secret in (
        "AKIA-log",
        "log-secret-1",
        "log-stream-key",
        "log-ingress-key",
        "trunk-secret-1",
        "+15550log",
        stack.api_secret,
    ):
        assert secret not in log
