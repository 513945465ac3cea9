"""`make run`: what it starts, what it rejects, and that it leaves no process behind."""

import asyncio
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from livekit import api

from dev.ports import free_ports
from dev.stack import Stack
from dev.talks.wire import is_installed
from tests.support.leaks import LEAKS
from tests.support.waiting import until
from tools.commands import ROOT

DECIDING = ("LIVEKIT", "ADMIN", "SESSION", "HOST", "PORT", "ENVIRONMENT", "ALLOWED")


def clean(**settings: str) -> dict[str, str]:
    """The environment of this run with these settings of the dashboard only."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(DECIDING)}
    return {**kept, **settings}


def refused(**settings: str) -> str:
    """The output of `make run` for invalid settings."""
    words = [sys.executable, "-m", "dev.run"]
    done = subprocess.run(
        words,
        cwd=ROOT,
        env=clean(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 2
    assert done.stdout.count("\n") == 1
    return done.stdout


@contextmanager
def running(log: Path, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `make run` with these settings, and wait until it is ready."""
    words = [sys.executable, "-m", "dev.run"]
    with LEAKS.follow(log).open("wb") as output:
        process = subprocess.Popen(
            words, cwd=ROOT, env=clean(**settings), stdout=output, stderr=subprocess.STDOUT
        )
    try:
        deadline = time.monotonic() + 60
        while "Press Ctrl+C to stop everything" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield process
    finally:
        process.kill()
        process.wait()


def children(pid: int) -> list[int]:
    """The IDs of a process's children."""
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_one_missing_setting_is_named() -> None:
    output = refused(LIVEKIT_URL="ws://127.0.0.1:1", LIVEKIT_API_KEY="key")
    assert output.startswith("LIVEKIT_API_SECRET: missing;")


def test_a_file_counts_as_set(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("key")
    output = refused(LIVEKIT_API_KEY_FILE=str(tmp_path / "key"))
    assert output.startswith("LIVEKIT_URL: missing; set it as well as LIVEKIT_API_KEY")


def test_an_invalid_setting_is_rejected_before_anything_starts() -> None:
    assert refused(PORT="http").startswith("PORT: ")


def test_a_port_in_use_is_rejected_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        output = refused(PORT=str(port))
    assert output.startswith(f"PORT: can't listen on 127.0.0.1:{port} (Address already in use);")


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_everything_starts_and_ends_with_it(number: signal.Signals, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    log = tmp_path / "log"
    with running(log, PORT=str(port)) as process:
        assert f"http://127.0.0.1:{port}/" in log.read_text()
        pids = children(process.pid)
        assert len(pids) == 5, "Redis, LiveKit, the stand-in, the demo and the dashboard"
        process.send_signal(number)
        assert process.wait(20) == 0
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]
    assert log.read_text().endswith("Stopped.\n")
    assert "Traceback" not in log.read_text()


def names(items: Iterable[Any]) -> set[str]:
    """The names of trunks or rules."""
    return {item.name for item in items}


def shown(url: str, key: str, secret: str) -> dict[str, set[str]]:
    """The demo's recordings, streams and calls, with their status."""

    async def ask() -> dict[str, set[str]]:
        async with api.LiveKitAPI(url, key, secret, failover=False) as livekit:
            jobs = (await livekit.egress.list_egress(api.ListEgressRequest())).items
            streams = (await livekit.ingress.list_ingress(api.ListIngressRequest())).items
            into = (await livekit.sip.list_inbound_trunk(api.ListSIPInboundTrunkRequest())).items
            out = (await livekit.sip.list_outbound_trunk(api.ListSIPOutboundTrunkRequest())).items
            rules = (await livekit.sip.list_dispatch_rule(api.ListSIPDispatchRuleRequest())).items
            people = [
                (room, who)
                for room in ("standup", "support-call-8812")
                for who in (
                    await livekit.room.list_participants(api.ListParticipantsRequest(room=room))
                ).participants
            ]
        states = api.IngressState.Status
        return {
            "jobs": {f"{job.room_name} {api.EgressStatus.Name(job.status)}" for job in jobs},
            "streams": {f"{stream.name} {states.Name(stream.state.status)}" for stream in streams},
            "telephony": names(into) | names(out) | names(rules),
            "calls": {
                f"{room} {who.identity} {who.attributes['sip.callStatus']}"
                for room, who in people
                if who.kind == api.ParticipantInfo.Kind.SIP
            },
        }

    return asyncio.run(ask())


def test_the_demo_has_recordings_streams_and_calls(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    log = tmp_path / "log"
    with running(log, PORT=str(port)) as process:
        assert "are a stand-in that doesn't record media or place real calls" in log.read_text()
        config = json.loads((ROOT / ".dev" / "run" / str(port) / "livekit.yaml").read_text())
        ((key, secret),) = config["keys"].items()
        url = f"ws://127.0.0.1:{config['port']}"
        wanted = {
            "jobs": {
                "standup EGRESS_ACTIVE",
                "townhall EGRESS_COMPLETE",
                "support-call-8812 EGRESS_FAILED",
            },
            "streams": {
                "Main stage (stand-in) ENDPOINT_PUBLISHING",
                "Guest speaker (stand-in) ENDPOINT_INACTIVE",
            },
            "telephony": {
                "Main numbers (stand-in)",
                "Carrier (stand-in)",
                "Support line (stand-in)",
                "Town hall by phone (stand-in)",
            },
            "calls": {
                "standup katherine-by-phone active",
                "support-call-8812 sip_+15550100123 active",
            },
        }
        until(lambda: shown(url, key, secret) == wanted, 40)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_with_a_configured_server_it_starts_only_the_dashboard(
    stack: Stack, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    settings = {
        "LIVEKIT_URL": stack.url,
        "LIVEKIT_API_KEY": stack.api_key,
        "LIVEKIT_API_SECRET": stack.api_secret,
        "ADMIN_PASSWORD": "not to be printed",
    }
    with running(tmp_path / "log", PORT=str(port), **settings) as process:
        assert len(children(process.pid)) == 1
    output = (tmp_path / "log").read_text()
    assert "not to be printed" not in output
    assert "(the value of ADMIN_PASSWORD)" in output


def test_the_dashboard_receives_webhooks(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    database = f"sqlite:///{tmp_path}/dashboard.db"
    password = "a password of the tests"
    credentials = {"ADMIN_PASSWORD": password, "DATABASE_URL": database}
    with running(tmp_path / "log", PORT=str(port), **credentials) as process:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=("admin", password)) as admin:
            until(lambda: "participant_joined" in admin.get("/webhooks/-/events").text, 40)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def conversations(database: Path) -> set[tuple[str, bool]]:
    """The rooms of the conversations that the store has, and which of these have ended."""
    with closing(sqlite3.connect(database)) as connection:
        query = "SELECT room, ended_at IS NOT NULL FROM conversations WHERE turns > 0"
        return {(room, bool(ended)) for room, ended in connection.execute(query)}


@pytest.mark.skipif(not is_installed(), reason="there is no livekit-agents for this Python")
def test_the_demo_has_a_finished_conversation_and_one_under_way(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    database, password = tmp_path / "demo.db", "a password of the tests"
    settings = {"DATABASE_URL": f"sqlite:///{database}", "ADMIN_PASSWORD": password}
    with running(tmp_path / "log", PORT=str(port), **settings):
        expected = {("reservations", True), ("help-line", False)}
        until(lambda: conversations(database) == expected, 60)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", auth=("admin", password)) as admin:
            until(lambda: workers(admin) == {("receptionist", "reachable")})


def workers(admin: httpx.Client) -> set[tuple[str, str]]:
    """The agent workers that the dashboard shows, with their status."""
    rows = re.findall(r'<tr id="worker-.*?</tr>', admin.get("/agents/workers").text, re.DOTALL)
    found = ("".join(re.sub("<[^>]*>", " ", row)).split() for row in rows)
    states = ("reachable", "unreachable", "unhealthy")
    return {(words[0], next(word for word in words if word in states)) for words in found}
