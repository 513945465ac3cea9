"""Agent workers at /agents/workers: real ones, one that is stopped, and what isn't one."""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from importlib import metadata

import pytest
from pydantic import SecretStr

from app.config.agents import WorkerAddress
from app.services.agents import agents
from app.services.agents.workers import asking, watching
from app.text.paths import dispatch_path, segment
from dev.ports import free_ports
from dev.processes import Process
from dev.stack import Stack
from tests.routes.agents.test_list import dispatch
from tests.routes.asked import Ask
from tests.routes.conftest import Join, Start
from tests.routes.server.panels import attention
from tests.support.agents import agent_worker
from tests.support.answering import Answering, Says
from tests.support.dashboard import Dashboard
from tests.support.fault import Relay
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

WORKERS = "/agents/workers"
UNKNOWN = "\u2013"


@dataclass(frozen=True)
class Fleet:
    """Two real workers, of which tests stop the second, and three addresses with something else."""

    dashboard: Dashboard
    name: str
    stopping: Process
    stopping_at: str
    hanging: Relay
    odd: Answering


@pytest.fixture(scope="module")
def fleet(
    stack: Stack, start_dashboard: Start, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Fleet]:
    """A dashboard that watches them every 0.3 s, and waits for 1 s at most."""
    name = f"helper-{secrets.token_hex(4)}"
    first, figures, second = free_ports(3)
    stays = agent_worker(stack, name, tmp_path_factory.mktemp("first"), first, figures)
    stops = agent_worker(stack, f"{name}-2", tmp_path_factory.mktemp("second"), second)
    stays.start(patience=60)
    stops.start(patience=60)
    hanging, rubbish = Relay(stack.url), Relay(stack.url)
    hanging.mode, rubbish.mode = "hang", "html"
    info = b'{"worker_type": "JT_ROOM", "active_jobs": 2, "agent_name": "<b>&\\u202e%s"}'
    addresses = [
        WorkerAddress(f"http://127.0.0.1:{first}", "ops", SecretStr("h1dden-password"), figures),
        WorkerAddress(f"http://127.0.0.1:{second}"),
        WorkerAddress(hanging.url.replace("ws:", "http:")),
        WorkerAddress(rubbish.url.replace("ws:", "http:")),
    ]
    with pytest.MonkeyPatch.context() as patch, Answering() as odd:
        patch.setattr(watching, "INTERVAL", 0.3)
        patch.setattr(asking, "TIMEOUT", 1.0)
        odd.says["/worker"] = Says(info % (b"x" * 300))
        odd.says["/"] = Says(b"OK")
        addresses.append(WorkerAddress(odd.url))
        dashboard = start_dashboard(agent_workers=tuple(addresses))
        yield Fleet(dashboard, name, stops, f"127.0.0.1:{second}", hanging, odd)
    for each in (stays, stops):
        each.stop()
    hanging.close()
    rubbish.close()


@pytest.fixture
def watcher(fleet: Fleet) -> Visitor:
    """An administrator of that dashboard."""
    return fleet.dashboard.visitor()


def row(page: Seen, address: str) -> str:
    """Return the text of a worker's row."""
    html = page.html.partition(f'<tr id="worker-{segment(address)}">')[2].partition("</tr>")[0]
    text = unescape(re.sub(r"<[^>]+>", " ", html)).replace(UNKNOWN, "?")
    return " ".join(text.split())


def at(fleet: Fleet, number: int) -> str:
    """Return the address of a worker of the dashboard's setting."""
    return fleet.dashboard.settings.agent_workers[number].name


def test_without_the_setting_it_says_how_to_set_it_up(admin: Visitor) -> None:
    page = admin.get(WORKERS)
    assert page.status == 200
    assert "AGENT_WORKERS is not set." in page.text
    assert "AGENT_WORKERS=http://HOST:8081" in page.text
    assert page.all("a", href=WORKERS, **{"aria-current": "page"})
    assert admin.get("/agents").all("a", href=WORKERS)


def test_shows_what_real_workers_say(fleet: Fleet, watcher: Visitor) -> None:
    page = watcher.get(WORKERS)
    assert page.status == 200
    first = row(page, at(fleet, 0))
    version = metadata.version("livekit-agents")
    assert re.match(
        rf"{fleet.name} \S+ reachable 0 0 % {version} \S+ [\d.]+ MB, running for \d+ s", first
    ), first
    # without a port for its figures
    second = row(page, fleet.stopping_at)
    assert re.match(rf"{fleet.name}-2 \S+ reachable 0 0 % {version} \? ", second), second
    assert "h1dden-password" not in page.html
    assert "ops" not in row(page, at(fleet, 0))


def test_a_job_is_counted(fleet: Fleet, watcher: Visitor, livekit: Ask, room: str) -> None:
    dispatch(livekit, room, fleet.name)
    until(lambda: " reachable 1 " in row(watcher.get(WORKERS), at(fleet, 0)), seconds=30)


def test_what_is_no_worker_is_told_apart(fleet: Fleet, watcher: Visitor) -> None:
    page = watcher.get(WORKERS)
    hanging, rubbish = row(page, at(fleet, 2)), row(page, at(fleet, 3))
    assert "No complete response within 1 s." in hanging
    assert "No worker responded since the dashboard started" in hanging
    assert re.search(r"\? \? \? \? ", hanging)
    assert "not a worker for at least" in rubbish
    assert "GET /worker: the response isn't that of an agent worker." in rubbish


def test_an_odd_name_is_shown_as_it_is(fleet: Fleet, watcher: Visitor) -> None:
    page = watcher.get(WORKERS)
    assert "<b>&" not in page.html
    assert "&lt;b&gt;&amp;" in page.html
    assert "\u202e" not in page.html
    # this SDK says neither its load nor its version
    assert re.search(r"reachable 2 \? \? ", row(page, at(fleet, 4)))


@pytest.mark.alone
def test_a_page_waits_for_no_worker(fleet: Fleet, watcher: Visitor) -> None:
    watcher.get(WORKERS)
    for _ in range(3):
        began = time.monotonic()
        assert watcher.get(f"{WORKERS}?partial=1").status == 200
        assert time.monotonic() - began < 1


def test_one_that_is_stopped_is_unreachable_and_comes_back(fleet: Fleet, watcher: Visitor) -> None:
    until(lambda: "reachable 0" in row(watcher.get(WORKERS), fleet.stopping_at))
    fleet.stopping.kill()
    until(lambda: "Connection refused" in row(watcher.get(WORKERS), fleet.stopping_at))
    stopped = row(watcher.get(WORKERS), fleet.stopping_at)
    # the name is the last known, the figures are not
    assert re.search(
        rf"^{fleet.name}-2 \S+ unreachable for at least \d+ s Connection refused\. "
        r"Last responded .+ \? \? \? \? ",
        stopped,
    ), stopped
    problems = attention(watcher.get("/"))
    assert "2 agent workers are down" in problems.text
    assert fleet.stopping_at in problems.text
    assert "Agent worker " + at(fleet, 3) + " doesn't respond as a worker does" in problems.text
    assert problems.all("a", href=WORKERS)
    fleet.stopping.start(patience=60)
    until(lambda: re.search(" reachable 0 ", row(watcher.get(WORKERS), fleet.stopping_at)))
    assert "for at least" not in row(watcher.get(WORKERS), fleet.stopping_at)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the list no longer wait for what has not come."""
    for name in ("PATIENCE", "JOINING"):
        monkeypatch.setattr(agents, name, getattr(agents, name) * 0)


def test_what_no_worker_does(
    fleet: Fleet, watcher: Visitor, livekit: Ask, room: str, join: Join, patient: None
) -> None:
    join(room, "caller")
    untaken = dispatch(livekit, room, fleet.name + "-3")
    failed = dispatch(livekit, room, fleet.name, "fail")

    def taken() -> bool:
        answer = livekit("agent_dispatch.list_dispatch", room)
        return any(each.id == failed and list(each.state.jobs) for each in answer)

    until(taken, seconds=30)

    def listed(section: str, id_: str) -> bool:
        html = watcher.get(WORKERS).html.partition(f'aria-labelledby="{section}"')[2]
        return dispatch_path(room, id_) in html.partition("</section>")[0]

    until(lambda: listed("untaken", untaken) and listed("gone", failed), seconds=30)
    assert not listed("untaken", failed)
    assert "None in AGENT_WORKERS" in watcher.get(WORKERS).text
    assert re.search(r"Searched \d+ of \d+ rooms?, newest first", watcher.get(WORKERS).text)


def test_workers_are_shown_while_livekit_is_gone(
    start_dashboard: Start, relay: Relay, fleet: Fleet
) -> None:
    workers = fleet.dashboard.settings.agent_workers[:1]
    visitor = start_dashboard(livekit_url=relay.url, agent_workers=workers).visitor()
    assert "LiveKit is unreachable" not in visitor.get(WORKERS).text
    relay.close()
    page = visitor.get(WORKERS)
    assert page.status == 200
    assert "Dispatches and jobs are unknown until LiveKit responds." in page.text
    assert "reachable" in row(page, at(fleet, 0))


def test_settings_and_the_connection_test_name_them(fleet: Fleet, watcher: Visitor) -> None:
    page = watcher.get("/settings")
    assert re.search(r"Agent workers .*\d of 5 reachable, \d+ active jobs?\.", page.text)
    assert at(fleet, 2) in page.text
    assert "h1dden-password" not in page.html
    page = watcher.get("/doctor")
    assert "not a worker" in row(page, at(fleet, 3))
