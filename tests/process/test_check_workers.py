"""`livekit-dashboard check` asks each agent worker of AGENT_WORKERS once."""

import asyncio

from app.config.agents import WorkerAddress
from app.config.settings import load_settings
from app.process import diagnosis
from app.process.diagnosis import Finding
from dev.ports import free_ports
from tests.support.answering import Answering, Says

INFO = b'{"worker_type": "JT_ROOM", "agent_name": "help\\u001ber", "sdk_version": "1.8.9"}'


def checked(*workers: WorkerAddress) -> list[Finding]:
    """Return what the check says of workers; nothing listens where LiveKit should."""
    settings = load_settings(
        _env_file=None,
        livekit_url="ws://127.0.0.1:9",
        livekit_api_key="key",
        livekit_api_secret="a-secret-of-the-tests-0123456789",
        admin_password="password",
        agent_workers=workers,
    )
    findings = asyncio.run(diagnosis.findings(settings))
    return [each for each in findings if each.subject == "Agent worker"]


def test_each_worker_is_named_with_its_status() -> None:
    (closed,) = free_ports(1)
    with Answering(worker=Says(INFO)) as server, Answering() as other:
        server.says["/"] = Says(b"OK")
        urls = (server.url, other.url, f"http://127.0.0.1:{closed}")
        workers = [WorkerAddress(url) for url in urls]
        found = checked(*workers)
    assert sorted(found, key=lambda each: urls.index(f"http://{each.text.split()[0]}")) == [
        Finding("Agent worker", f"{workers[0].name} responds: help\u241ber, version 1.8.9"),
        Finding(
            "Agent worker",
            f"{workers[1].name} is not a worker: GET /worker: status 404.",
            fine=False,
        ),
        Finding(
            "Agent worker", f"{workers[2].name} is unreachable: Connection refused.", fine=False
        ),
    ]


def test_without_the_setting_none_is_asked() -> None:
    assert checked() == []
