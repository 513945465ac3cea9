"""HOST and PORT: which addresses are listened on, and what is said if that fails."""

import socket
from pathlib import Path

import pytest

from app.config.settings import load_settings
from app.config.sources import SettingsError
from app.process.listening import listening
from app.process.serving import exposed
from app.security.addresses import with_mapped
from dev.ports import free_ports
from dev.stack import Stack
from tests.support.dashboard import PASSWORD
from tests.support.program import Program

BOTH = ("127.0.0.1", "::1")


def reachable(port: int, address: str) -> bool:
    """Return True if something accepts connections there."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        return probe.connect_ex((address, port)) == 0


@pytest.mark.parametrize(
    ("host", "addresses"),
    [
        ("127.0.0.1", {"127.0.0.1"}),
        ("::1", {"::1"}),
        ("0.0.0.0", {"127.0.0.1"}),  # noqa: S104
        ("::", {"127.0.0.1", "::1"}),
    ],
)
def test_a_host_is_these_addresses(host: str, addresses: set[str]) -> None:
    (port,) = free_ports(1)
    with listening(host, port) as sockets:
        for each in sockets:
            each.listen()
        assert {address for address in BOTH if reachable(port, address)} == addresses
    assert not any(reachable(port, address) for address in BOTH)


@pytest.mark.parametrize("workers", ["1", "2"])
def test_every_address_is_every_address_for_one_worker_and_for_several(
    stack: Stack, tmp_path: Path, workers: str
) -> None:
    with Program(tmp_path, stack, HOST="::", WORKERS=workers) as program:
        port = int(program.url.rpartition(":")[2])
        assert [address for address in BOTH if reachable(port, address)] == list(BOTH)


@pytest.mark.parametrize("proxies", ["127.0.0.1", "127.0.0.5/8"])
def test_a_proxy_is_trusted_on_a_socket_for_both_too(
    stack: Stack, tmp_path: Path, proxies: str
) -> None:
    settings = {"HOST": "::", "TRUSTED_PROXIES": proxies, "SIGNIN_TRIES_PER_MINUTE": "2"}
    with Program(tmp_path, stack, **settings) as program:
        stranger, operator = program.visitor(password="wrong"), program.visitor()
        for number in (1, 1, 1, 2):
            stranger.get("/rooms", headers={"X-Forwarded-For": f"::ffff:192.0.2.{number}"})
        page = operator.get("/rooms", headers={"X-Forwarded-For": "::ffff:192.0.2.3"})
        stranger.close()
        operator.close()
        wrong = [line for line in program.lines() if line["event"] == "wrong password"]
    assert page.status == 200
    assert [line["address"] for line in wrong] == ["192.0.2.1", "192.0.2.1", "192.0.2.2"]


@pytest.mark.parametrize(
    ("proxies", "trusted"),
    [
        ("10.1.2.3/8,::1", ["10.0.0.0/8", "::ffff:10.0.0.0/104", "::1/128"]),
        ("10.0.0.1,*", ["*"]),
    ],
)
def test_uvicorn_trusts_exactly_the_networks_of_the_setting(
    proxies: str, trusted: list[str]
) -> None:
    assert with_mapped(proxies.split(",")) == trusted


def test_what_cannot_be_listened_on_names_the_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for host, wrong in (("127.0.0.1", "PORT"), ("192.0.2.1", "HOST"), ("no such host", "HOST")):
            with pytest.raises(SettingsError, match=f"^{wrong}: "), listening(host, port):
                pass


@pytest.mark.parametrize(
    ("host", "password", "warns"),
    [
        ("0.0.0.0", "a", True),  # noqa: S104
        ("::", "a", True),
        ("127.0.0.1", "a", False),
        ("::", PASSWORD, False),
    ],
)
def test_a_weak_password_that_others_can_try_is_reported(
    host: str, password: str, warns: bool
) -> None:
    settings = load_settings(
        _env_file=None,
        host=host,
        admin_password=password,
        livekit_url="ws://127.0.0.1:1",
        livekit_api_key="key",
        livekit_api_secret="secret",
    )
    assert bool(exposed(settings)) is warns
