"""Live updates through real proxies: passed on as they come, and not compressed."""

import secrets
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from dev.ports import free_ports
from dev.processes import Process
from dev.stack import Stack
from dev.toolchain import caddy
from tests.deploy.nginx import accepts_connections
from tests.deploy.proxied import Proxied
from tests.support.dashboard import PASSWORD, Dashboard, managing
from tests.support.listener import Listener
from tests.support.visitor import Visitor
from tests.support.waiting import until
from tests.support.webhooks import HOOK, body_of, deliver, event, signature

SOON = 2.0  # seconds; what a proxy holds back comes with the next beat, or never
CADDY = """
{{
	auto_https off
	admin off
}}
http://127.0.0.1:{port} {{
	encode zstd gzip
	reverse_proxy {upstream}
}}
"""


@pytest.fixture(scope="module")
def proxied(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """nginx before two instances that tell each other through Redis."""
    redis = f"{stack.redis_url}/6"
    with Proxied(stack, tmp_path_factory.mktemp("live"), REDIS_URL=redis) as running:
        yield running


def report(stack: Stack, http: httpx.Client, room: str) -> None:
    """Send a webhook to one of the instances."""
    body = body_of(event("room_started", room={"name": room, "sid": "RM_1"}))
    headers = {"Authorization": signature(body, stack.api_key, stack.api_secret)}
    request = http.build_request("POST", HOOK, content=body, headers=headers)
    assert http.send(request, auth=None).status_code == 200


def test_nginx_passes_it_on_from_either_instance(proxied: Proxied, stack: Stack) -> None:
    visitor = proxied.visitor()
    with Listener(visitor.http) as listener:
        assert "content-encoding" not in listener.response.headers

        def both_passed_on() -> bool:
            rooms = [secrets.token_hex(4) for _ in range(2)]  # nginx takes turns
            for room in rooms:
                report(stack, visitor.http, room)
            time.sleep(0.5)
            return {f"room:{room}" for room in rooms} <= listener.changed

        until(both_passed_on)  # once the two are linked
        for _ in range(4):
            room = secrets.token_hex(4)
            report(stack, visitor.http, room)
            until(lambda room=room: f"room:{room}" in listener.changed, SOON)  # type: ignore[misc]
    visitor.close()


def test_caddy_passes_it_on_and_compresses_only_pages(stack: Stack, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    dashboard = Dashboard(**managing(stack)).start()
    config = tmp_path / "Caddyfile"
    config.write_text(CADDY.format(port=port, upstream=dashboard.url))
    command: list[str | Path] = [caddy(), "run", "--adapter", "caddyfile", "--config", config]
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin"}
    process = Process(
        "caddy",
        command,
        log=tmp_path / "caddy.log",
        answers=lambda: accepts_connections(port),
        env=home,
    )
    process.start()
    try:
        visitor = Visitor(f"http://127.0.0.1:{port}", "admin", PASSWORD)
        page = visitor.http.get("/settings", headers={"Accept-Encoding": "gzip"})
        assert page.headers["content-encoding"] == "gzip"
        with Listener(visitor.http) as listener:
            assert "content-encoding" not in listener.response.headers
            deliver(dashboard, event("room_started", room={"name": "c", "sid": "RM_2"}))
            until(lambda: "room:c" in listener.changed, SOON)
        visitor.close()
    finally:
        process.stop()
        dashboard.stop()
