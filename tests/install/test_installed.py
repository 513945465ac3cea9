"""The installed wheel as in the image: no source tree, no build tools, no privileges."""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from dev.ports import free_ports
from dev.stack import Stack
from tests.install.installed import (
    Installed,
    serving,
    settings_for,
    unprivileged,
    usable_python,
)
from tests.support.dashboard import PASSWORD
from tests.support.fault import Relay
from tests.support.visitor import Visitor
from tests.support.waiting import until
from tools.commands import ROOT


@pytest.fixture(scope="module")
def installed() -> Iterator[Installed]:
    """Build the wheel and install it with the steps of the Dockerfile."""
    with tempfile.TemporaryDirectory() as name:  # other users can't read pytest's folders
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "empty").mkdir()
        for step in (["wheel"], ["prefix", str(folder / "prefix")]):
            subprocess.run(
                [usable_python(), "-m", "tools.poetry", *step], cwd=ROOT, check=True, timeout=300
            )
        yield Installed(folder / "prefix", folder / "empty", unprivileged())


@pytest.fixture
def port() -> int:
    """A free port."""
    return free_ports(1)[0]


def test_it_has_no_source_tree_and_no_build_tools(installed: Installed) -> None:
    assert Path(installed.python("import app; print(app.__file__)")).is_relative_to(
        installed.prefix
    )
    there = {path.name for path in (installed.prefix / "bin").iterdir()}
    assert "livekit-dashboard" in there
    assert not there & {"pip", "pip3", "poetry", "pytest", "black", "mypy", "npm", "go"}
    for name in ("tests", "dev", "tools", "benchmarks", "pytest", "playwright"):
        spec = f"import importlib.util; print(importlib.util.find_spec({name!r}))"
        assert installed.python(spec) == "None", name


def test_it_prints_its_version(installed: Installed) -> None:
    done = installed.run("--version")
    assert re.fullmatch(r"livekit-dashboard \d+\.\d+\.\d+\n", done.stdout)


def test_it_serves_pages_and_their_files(
    installed: Installed, stack: Stack, port: int, tmp_path: Path
) -> None:
    dashboard = serving(installed, settings_for(stack, port), tmp_path / "log")
    dashboard.start()
    try:
        visitor = Visitor(f"http://127.0.0.1:{port}", "admin", PASSWORD)
        for path in ("/", "/rooms", "/egress", "/ingress", "/settings", "/docs/features/rooms"):
            assert visitor.get(path).status == 200, path
        page = visitor.get("/rooms")
        files = re.findall(r'(?:src|href)="(/static/[^"#]+)"', page.html)
        assert len(files) > 5
        files.append("/docs/pictures/rooms-light.webp")
        assert {visitor.http.get(file).status_code for file in files} == {200}
        visitor.http.close()
        assert list(installed.folder.iterdir()) == []  # it writes nothing
        assert Path(f"/proc/{dashboard.pid}").stat().st_uid != 0 or not installed.as_user
    finally:
        dashboard.stop()


def test_a_request_in_progress_finishes_before_it_stops(
    installed: Installed, stack: Stack, relay: Relay, port: int, tmp_path: Path
) -> None:
    settings = {**settings_for(stack, port), "LIVEKIT_URL": relay.url}
    dashboard = serving(installed, settings, tmp_path / "log")
    dashboard.start()
    relay.mode, relay.delay = "slow", 1.0
    visitor = Visitor(f"http://127.0.0.1:{port}", "admin", PASSWORD)
    try:
        with ThreadPoolExecutor(1) as another:
            answer = another.submit(visitor.get, "/rooms")
            until(lambda: relay.requests)
            os.killpg(dashboard.pid, signal.SIGTERM)
            assert answer.result().status == 200
        until(lambda: dashboard.exit_code is not None)
    finally:
        visitor.http.close()
        dashboard.stop()


def test_check_reports_a_server_without_problems(installed: Installed, stack: Stack) -> None:
    done = installed.run("check", **settings_for(stack, 8000))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["ok"] * len(lines)
    assert [line.split()[1] for line in lines][:4] == [
        "Configuration",
        "LiveKit",
        "Clock",
        "Egress",
    ]
    assert stack.api_secret not in done.stdout


def test_check_reports_an_unreachable_server(installed: Installed, stack: Stack, port: int) -> None:
    settings = {**settings_for(stack, 8000), "LIVEKIT_URL": f"ws://127.0.0.1:{port}"}
    done = installed.run("check", **settings)
    assert done.returncode == 1
    assert re.search(r"^WRONG  LiveKit .*Connection refused", done.stdout, re.MULTILINE)


def test_check_reports_a_wrong_secret(installed: Installed, stack: Stack) -> None:
    done = installed.run("check", **{**settings_for(stack, 8000), "LIVEKIT_API_SECRET": "x" * 40})
    assert done.returncode == 1
    assert "does not accept the API key, the secret or the clock" in done.stdout


@pytest.mark.parametrize("command", [[], ["check"]])
def test_each_invalid_setting_is_reported_in_one_line(
    installed: Installed, stack: Stack, command: list[str]
) -> None:
    settings = {**settings_for(stack, 8000), "PORT": "many", "LIVEKIT_URL": ""}
    done = installed.run(*command, **settings)
    assert done.returncode == 2
    assert [line.partition(":")[0] for line in done.stderr.splitlines()] == ["LIVEKIT_URL", "PORT"]


def test_an_unknown_command_is_rejected(installed: Installed) -> None:
    done = installed.run("server")
    assert done.returncode == 2
    assert "serve" in done.stderr
