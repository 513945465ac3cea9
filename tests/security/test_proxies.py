"""X-Forwarded-For is believed from TRUSTED_PROXIES alone: the real program, the real setting."""

from pathlib import Path

import pytest

from dev.stack import Stack
from tests.support.program import Program

TRIES = 2


def statuses(program: Program, addresses: list[str]) -> list[int]:
    """Return the answers to a wrong password from each of these addresses, as the header says."""
    visitor = program.visitor(password="wrong")
    try:
        return [
            visitor.get("/rooms", headers={"X-Forwarded-For": address}).status
            for address in addresses
        ]
    finally:
        visitor.close()


@pytest.mark.parametrize(
    ("proxies", "believed"),
    [("10.9.8.7", False), ("10.0.0.0/8,::1", False), ("127.0.0.0/8", True)],
)
def test_an_address_from_a_stranger_is_not_believed(
    tmp_path: Path, stack: Stack, proxies: str, believed: bool
) -> None:
    tries = {"SIGNIN_TRIES_PER_MINUTE": str(TRIES)}
    with Program(tmp_path, stack, TRUSTED_PROXIES=proxies, **tries) as program:
        answered = statuses(program, ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"])
    assert answered == ([401] * 4 if believed else [401] * TRIES + [429] * 2)


def test_a_trusted_proxy_is_asked_for_the_last_address_only(tmp_path: Path, stack: Stack) -> None:
    """The client writes the front of the list, the proxy its end."""
    forged = [f"192.0.2.{number}, 203.0.113.1" for number in range(3)]
    with Program(tmp_path, stack, SIGNIN_TRIES_PER_MINUTE=str(TRIES)) as program:
        assert statuses(program, forged) == [401, 401, 429]
        assert statuses(program, ["192.0.2.1, 203.0.113.2"]) == [401]
        visitor = program.visitor()
        assert "server" not in visitor.get("/health").headers
        visitor.close()
