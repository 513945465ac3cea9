"""Workers that are asked: how each kind of answer is judged, and that none can do harm."""

import asyncio
import base64
import gzip
import json
import time
from collections.abc import Sequence

import pytest
from pydantic import SecretStr

from app.config.agents import WorkerAddress
from app.services.agents.states import WorkerStatus
from app.services.agents.workers import asking
from app.services.agents.workers.asking import Answer, Asker
from dev.ports import free_ports
from tests.support.answering import Answering, Says
from tests.support.fault import Mode, Relay

INFO = {"worker_type": "JT_ROOM", "agent_name": "helper", "sdk_version": "1.8.9"}
WORKER = Says(json.dumps(INFO).encode())
OK = Says(b"OK")


def ask(*addresses: WorkerAddress) -> Sequence[Answer]:
    """Return the answers of workers that are asked together."""

    async def all_of_them() -> Sequence[Answer]:
        async with Asker() as asker:
            return await asyncio.gather(*map(asker.ask, addresses))

    return asyncio.run(all_of_them())


def of(server: Answering, **how: object) -> Answer:
    """Return the answer of one server."""
    (answer,) = ask(WorkerAddress(server.url, **how))  # type: ignore[arg-type]
    return answer


def test_a_worker_that_is_well() -> None:
    with Answering(worker=WORKER) as server:
        server.says["/"] = OK
        answer = of(server)
    assert (answer.status, answer.reason) == (WorkerStatus.REACHABLE, "")
    assert answer.said
    assert answer.said.agent_name == "helper"
    assert (answer.measured, answer.figures) == (None, "")


def test_the_content_type_does_not_matter() -> None:
    """agents-js misspells the name of the header."""
    with Answering(worker=Says(WORKER.body, headers=(("Contet-Type", "text/x"),))) as server:
        server.says["/"] = OK
        assert of(server).status is WorkerStatus.REACHABLE


def test_a_worker_without_livekit_is_unhealthy() -> None:
    with Answering(worker=WORKER) as server:
        server.says["/"] = Says(b"not connected to livekit", 503)
        answer = of(server)
    assert answer.status is WorkerStatus.UNHEALTHY
    assert answer.reason == "Health check: not connected to livekit (status 503)."
    assert answer.said


def test_a_proxy_that_passes_no_health_check_on_is_said() -> None:
    with Answering(worker=WORKER) as server:
        answer = of(server)
    assert answer.status is WorkerStatus.REACHABLE
    assert answer.reason == "Its health check isn't available (status 404)."


def test_a_path_before_the_worker() -> None:
    with Answering(**{"agents/voice/worker": WORKER, "agents/voice/": OK}) as server:
        (answer,) = ask(WorkerAddress(f"{server.url}/agents/voice"))
    assert (answer.status, answer.reason) == (WorkerStatus.REACHABLE, "")


def test_credentials_are_sent_to_each_of_its_addresses_and_never_shown() -> None:
    with Answering(worker=Says(b"", 401)) as server, Answering(metrics=Says(b"")) as figures:
        user, password = "ops@team", "h1dden:päss"
        answer = of(server, user=user, password=SecretStr(password), metrics_port=figures.port)
        asked = [*server.asked, *figures.asked]
    assert answer.status is WorkerStatus.UNAUTHORIZED
    assert "h1dden" not in repr(answer)
    basic = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
    assert sorted(path for path, _ in asked) == ["/", "/metrics", "/worker"]
    assert {headers.get("authorization") for _, headers in asked} == {basic}


def test_nothing_is_sent_without_credentials() -> None:
    with Answering(worker=WORKER) as server:
        of(server)
    for _, headers in server.asked:
        assert not {"authorization", "cookie"} & headers.keys()


def test_a_redirect_is_not_followed() -> None:
    with Answering(worker=WORKER) as inside, Answering() as server:
        server.says["/worker"] = Says(b"", 302, (("Location", f"{inside.url}/worker"),))
        server.says["/"] = Says(b"", 302, (("Location", f"{inside.url}/"),))
        answer = of(server)
        assert inside.asked == []
    assert answer.status is WorkerStatus.FOREIGN
    assert "a redirect, which isn't followed" in answer.reason


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (Says(b"<h1>hi</h1>"), "isn't that of an agent worker"),
        (Says(b"[" * 50_000), "isn't that of an agent worker"),
        (Says(gzip.compress(WORKER.body), headers=(("Content-Encoding", "gzip"),)), "isn't that"),
        (Says(b"not found", 404), "status 404"),
        (Says(b"oops", 500), "status 500"),
        (Says(b"", 204), "status 204"),
    ],
)
def test_what_is_no_worker(says: Says, reason: str) -> None:
    with Answering(worker=says) as server:
        server.says["/"] = OK
        answer = of(server)
    assert answer.status is WorkerStatus.FOREIGN
    assert reason in answer.reason
    assert answer.said is None


@pytest.mark.alone
def test_an_answer_without_end_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TIMEOUT", 0.5)
    with Answering(worker=Says(b" " * 70_000)) as large, Answering() as slow:
        slow.says["/worker"] = Says(WORKER.body, drips=0.1)
        began = time.monotonic()
        first, second = ask(WorkerAddress(large.url), WorkerAddress(slow.url))
        assert time.monotonic() - began < 3
    assert first.status is WorkerStatus.UNREACHABLE
    assert first.reason == "The response is larger than 65,536 bytes."
    assert second.reason == "No complete response within 0.5 s."


def test_nobody_listens() -> None:
    (port,) = free_ports(1)
    (answer,) = ask(WorkerAddress(f"http://127.0.0.1:{port}"))
    assert answer.status is WorkerStatus.UNREACHABLE
    assert answer.reason == "Connection refused."


@pytest.mark.parametrize("host", ["x" * 70, "a..b"])
def test_a_host_that_is_none(host: str) -> None:
    (answer,) = ask(WorkerAddress(f"http://{host}:8081"))
    assert answer.status is WorkerStatus.UNREACHABLE
    assert answer.reason == "Not an address that can be connected to."


@pytest.mark.parametrize(
    ("mode", "status"),
    [
        ("hang", WorkerStatus.UNREACHABLE),
        ("reset", WorkerStatus.UNREACHABLE),
        ("garbage", WorkerStatus.UNREACHABLE),
        ("cut", WorkerStatus.UNREACHABLE),
        ("huge", WorkerStatus.UNREACHABLE),
        ("html", WorkerStatus.FOREIGN),
        ("empty", WorkerStatus.FOREIGN),
        ("redirect", WorkerStatus.FOREIGN),
        ("gateway", WorkerStatus.FOREIGN),
        ("password", WorkerStatus.UNAUTHORIZED),
    ],
)
def test_a_relay_that_breaks(
    mode: Mode, status: WorkerStatus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "TIMEOUT", 0.5)
    relay = Relay("http://127.0.0.1:9")
    relay.mode = mode
    url = relay.url.replace("ws:", "http:")
    try:
        (answer,) = ask(WorkerAddress(url))
    finally:
        relay.close()
    assert answer.status is status
    assert answer.reason


def test_figures_that_cannot_be_read_are_said() -> None:
    with Answering(worker=WORKER) as server, Answering() as figures:
        server.says["/"] = OK
        assert of(server, metrics_port=figures.port).figures == "GET /metrics: status 404."
        figures.says["/metrics"] = Says(b"process_resident_memory_bytes many\n")
        answer = of(server, metrics_port=figures.port)
        assert answer.figures == "GET /metrics: the response isn't Prometheus' text format."
        assert answer.status is WorkerStatus.REACHABLE
        figures.says["/metrics"] = Says(b"process_resident_memory_bytes 5\n")
        answer = of(server, metrics_port=figures.port)
        assert answer.measured
        assert (answer.measured.memory, answer.figures) == (5, "")


@pytest.mark.alone
def test_many_that_hang_are_asked_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TIMEOUT", 0.5)
    relay = Relay("http://127.0.0.1:9")
    relay.mode = "hang"
    url = relay.url.replace("ws:", "http:")
    began = time.monotonic()
    try:
        answers = ask(*(WorkerAddress(f"{url}/{number}") for number in range(40)))
    finally:
        relay.close()
    assert {answer.status for answer in answers} == {WorkerStatus.UNREACHABLE}
    assert 1 <= time.monotonic() - began < 8
