"""Several workers: any can finish what another started, and one that exits is replaced."""

import os
import resource
import secrets
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import permutations
from pathlib import Path
from typing import Any

import httpx
import pytest
from livekit import api
from prometheus_client.parser import text_string_to_metric_families

from app.config.settings import load_settings
from app.config.sources import SettingsError
from app.process import serving
from dev.ports import free_ports
from dev.stack import Stack
from tests.config.samples import REQUIRED
from tests.support.dashboard import PASSWORD
from tests.support.program import Program, environment
from tests.support.visitor import Visitor
from tests.support.waiting import until

TOKEN = "a-metrics-token-of-the-workers-0123456789"
TWO = {"WORKERS": "2", "METRICS_TOKEN": TOKEN}
REQUESTS = "livekit_dashboard_requests_total"


@pytest.fixture(scope="module")
def program(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """A dashboard with two workers and without a SESSION_SECRET."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard))
    with Program(tmp_path_factory.mktemp("workers"), stack, **TWO) as running:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        both(running)
        yield running


@pytest.fixture
def visitor(program: Program) -> Iterator[Visitor]:
    """A signed-in visitor that opens a new connection for each request."""
    visiting = program.visitor()
    visiting.http.headers["Connection"] = "close"
    yield visiting
    visiting.close()


def figures(program: Program, name: str, **labels: str) -> dict[str, float]:
    """Return a metric's values with these labels, by pid if they have one."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    text = httpx.get(f"{program.url}/metrics", headers=headers, timeout=30).text
    return {
        sample.labels.get("pid", ""): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    }


def workers(program: Program) -> list[int]:
    """Return the process IDs of the running workers."""
    return [int(pid) for pid in figures(program, "process_resident_memory_bytes")]


def both(program: Program) -> list[int]:
    """Wait until two workers run, and return their process IDs."""
    until(lambda: len(workers(program)) == 2, 90)
    return workers(program)


def state(pid: int) -> str:
    """Return a process's state on Linux: T if it is stopped, empty if it doesn't exist."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[0]
    except OSError:
        return ""


@contextmanager
def only(program: Program, pid: int) -> Iterator[None]:
    """Let only this worker take requests."""
    others = set(workers(program)) - {pid}
    with ExitStack() as stopped:
        for other in others:
            os.kill(other, signal.SIGSTOP)
            stopped.callback(os.kill, other, signal.SIGCONT)
        until(lambda: {state(other) for other in others} == {"T"})
        yield


def test_one_worker_finishes_what_another_started(
    program: Program, visitor: Visitor, livekit: Callable[..., Any]
) -> None:
    for one, other in permutations(workers(program)):
        name = f"workers-{secrets.token_hex(4)}"
        with only(program, one):
            form = visitor.get("/rooms/-/new")
        with only(program, other):
            made = visitor.send("/rooms/-/new", {"csrf": form.csrf, "name": name})
        with only(program, one):
            assert f"Room {name} is open." in visitor.follow(made).text
        livekit("room.delete_room", api.DeleteRoomRequest(room=name))


def test_an_unchanged_page_is_unchanged_on_the_other_worker_too(
    program: Program, visitor: Visitor
) -> None:
    one, other = workers(program)
    with only(program, one):
        tag = visitor.get("/logout?partial=1").headers["hx-ptag"]
    with only(program, other):
        assert visitor.get("/logout?partial=1", headers={"HX-PTag": tag}).status == 304


def test_the_metrics_include_all_workers(program: Program, visitor: Visitor) -> None:
    pids = workers(program)
    for pid, times in zip(pids, (2, 3), strict=True):
        with only(program, pid):
            for _ in range(times):
                assert visitor.get("/settings").status == 200
    for pid in pids:
        with only(program, pid):
            until(lambda: figures(program, REQUESTS, route="/settings") == {"": 5})
    sizes = figures(program, "process_resident_memory_bytes")
    assert min(sizes.values()) > 10_000_000


def test_the_limit_of_open_files_is_raised(program: Program) -> None:
    """They were started with a limit of 1,024."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    most = serving.DESCRIPTORS if hard < 0 else min(hard, serving.DESCRIPTORS)
    assert set(figures(program, "process_max_fds").values()) == {most}


def test_a_killed_worker_is_replaced(program: Program, visitor: Visitor) -> None:
    assert visitor.get("/logout").status == 200
    before = both(program)
    killed = before[0]
    counted = until(lambda: figures(program, REQUESTS, route="/logout"))
    os.kill(killed, signal.SIGKILL)
    (begun,) = until(lambda: set(workers(program)) - set(before), 90)
    with only(program, begun):
        assert visitor.get("/rooms").status == 200
        assert sum(figures(program, REQUESTS, route="/logout").values()) >= sum(counted.values())
    died = [line["event"] for line in program.lines() if line["event"].endswith(" died")]
    assert died == [f"Child process [{killed}] died"]


def test_an_application_that_cannot_start_ends_all_of_them(tmp_path: Path) -> None:
    """Every other worker would fail in the same way."""
    broken = tmp_path / "sitecustomize.py"
    broken.write_text("import app.main\napp.main.create_app = lambda *_, **__: 1 / 0\n", "utf-8")
    settings = {**environment(**REQUIRED), "WORKERS": "2", "PORT": str(free_ports(1)[0])}
    settings["PYTHONPATH"] = f"{tmp_path}:{settings['PYTHONPATH']}"
    command = [sys.executable, "-m", "app"]
    ran = subprocess.run(command, env=settings, cwd=tmp_path, capture_output=True, timeout=90)
    assert ran.returncode == 3
    assert ran.stderr.count(b"the application can't start") <= 2
    assert b"ZeroDivisionError" in ran.stderr


def test_requests_in_progress_finish_and_nothing_is_left(stack: Stack, tmp_path: Path) -> None:
    with Program(tmp_path, stack, **TWO) as program:
        pids = both(program)
        folder = kept_by(pids[0])
        client = reading(program)
        os.kill(program.pid, signal.SIGTERM)
        until(lambda: not listens(program))
        client.sendall(b"q=1")
        assert client.recv(12) == b"HTTP/1.1 403"
        client.close()
        until(lambda: program.exit_code is not None, 30)
        assert program.exit_code == 0
    assert [pid for pid in pids if state(pid)] == []
    assert not folder.exists()


def kept_by(pid: int) -> Path:
    """Return the folder with this worker's metrics."""
    (file,) = serving.MEMORY.glob(f"*/counter_{pid}.db")
    return file.parent


def reading(program: Program) -> socket.socket:
    """Start posting a form of three bytes, and wait until the server reads it."""
    request = httpx.Request("POST", program.url)
    next(httpx.BasicAuth("admin", PASSWORD).auth_flow(request))
    client = socket.create_connection(("127.0.0.1", request.url.port), 30)
    client.sendall(
        b"POST /rooms/-/delete HTTP/1.1\r\nHost: dashboard\r\nExpect: 100-continue\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 3\r\n"
        + f"Authorization: {request.headers['authorization']}\r\n\r\n".encode()
    )
    assert client.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    return client


def listens(program: Program) -> bool:
    """Return whether the server accepts connections."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", httpx.URL(program.url).port)) == 0


def test_workers_end_with_the_supervisor(program: Program) -> None:
    pids = workers(program)
    folder = kept_by(pids[0])
    os.kill(program.pid, signal.SIGKILL)
    until(lambda: not any(map(state, pids)), 30)
    shutil.rmtree(folder)  # no process is left to do that


def test_a_missing_folder_for_metrics_is_reported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, stack: Stack
) -> None:
    monkeypatch.setattr(serving, "MEMORY", tmp_path / "none")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    key, secret = stack.api_key, stack.api_secret
    own = {"livekit_api_key": key, "livekit_api_secret": secret, "admin_password": PASSWORD}
    settings = load_settings(_env_file=None, livekit_url=stack.url, metrics_token=TOKEN, **own)
    with pytest.raises(SettingsError, match=r"^WORKERS: .*No such file"):
        serving.shared_figures(settings).__enter__()
