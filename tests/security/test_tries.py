"""What wrong sign-ins are counted in: bounded, without threads, by the network of an address."""

import threading

import pytest

from app.security import rate_limit
from app.security.addresses import network
from app.security.rate_limit import Tries

TRIES = 3


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8::7", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("192.0.2.1", "192.0.2.1"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_any_address_has_a_network(address: str, counted_as: str) -> None:
    assert network(address) == counted_as


def test_there_are_never_more_keys_than_the_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MOST_KEYS", 100)
    tries = Tries(TRIES)
    for number in range(1000):
        tries.count(b"%d" % number)
        tries.count(b"the one that is tried again and again")
    assert len(tries.times) == 100
    assert {len(times) for times in tries.times.values()} == {1, TRIES}
    assert tries.wait(b"the one that is tried again and again") > 59
    assert tries.wait(b"999") == tries.wait(b"0") == 0


def test_no_thread_is_started_for_a_try() -> None:
    before = threading.active_count()
    tries = Tries(TRIES)
    for number in range(20):
        tries.count(b"%d" % number)
    assert threading.active_count() == before
