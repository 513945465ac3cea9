"""/api/v1/agents/workers: the workers of AGENT_WORKERS, page by page."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import SecretStr

from app.config.agents import WorkerAddress
from dev.ports import free_ports
from tests.routes.api.conftest import items, problem
from tests.support.answering import Answering, Says
from tests.support.dashboard import Dashboard
from tests.support.tokens import give_token, program

INFO = {
    "worker_type": "JT_ROOM",
    "agent_name": "<i>helper",
    "active_jobs": 2,
    "sdk_version": "1.8.9",
    "protocol_version": 1,
}
FIGURES = b'process_start_time_seconds 1.7e9\nlk_agents_worker_load{nodename="agents-7"} 0.5\n'


def test_without_the_setting_there_are_none(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: Any
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('api')}/dashboard.db"
    served = start_dashboard(database_url=url)
    assert items(program(served, give_token(served, "viewer")), "/agents/workers") == []


def test_workers_are_listed(
    start_dashboard: Callable[..., Dashboard], tmp_path_factory: Any
) -> None:
    (closed,) = free_ports(1)
    says = {"worker": Says(json.dumps(INFO).encode()), "": Says(b"OK")}
    with Answering(**says) as server, Answering(metrics=Says(FIGURES)) as figures:
        url = f"sqlite:///{tmp_path_factory.mktemp('api')}/dashboard.db"
        workers = (
            WorkerAddress(server.url, "ops", SecretStr("h1dden-password"), figures.port),
            WorkerAddress(f"http://127.0.0.1:{closed}"),
        )
        served = start_dashboard(database_url=url, agent_workers=workers)
        root = program(served, give_token(served, "admin"))
        found = {each["address"]: each for each in items(root, "/agents/workers", limit=1)}
        whole = root.get("/api/v1/agents/workers")
    assert list(found) == sorted(each.name for each in workers)
    one, other = found[workers[0].name], found[workers[1].name]
    moments = {name: one.pop(name) for name in ("checked_at", "responded_at", "started_at")}
    assert one == {
        "address": workers[0].name,
        "status": "reachable",
        "reason": "",
        "agent_name": "<i>helper",
        "kind": "room",
        "active_jobs": 2,
        "load": 0.0,
        "sdk_version": "1.8.9",
        "node": "agents-7",
        "memory": None,
        "failing_since": None,
    }
    assert moments["checked_at"] == moments["responded_at"]
    assert datetime.fromisoformat(moments["started_at"]).timestamp() == 1.7e9
    assert (other["status"], other["agent_name"], other["load"]) == ("unreachable", None, None)
    assert other["reason"].endswith("Connection refused.")
    assert other["failing_since"] == other["checked_at"]
    assert "h1dden" not in whole.html
    problem(root.get("/api/v1/agents/workers", params={"status": "x"}), 422)
