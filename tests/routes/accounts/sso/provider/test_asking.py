"""The provider is asked as seldom as possible: its documents are kept, and read again in time."""

from collections.abc import Callable, Iterator

import pytest

from dev.oidc import OpenIdProvider
from tests.support.single_sign_on import (
    BEGIN,
    DISCOVERY,
    AtProvider,
    begun,
    below,
    refused,
    returned,
    somebody,
)
from tests.support.visitor import Visitor

Fresh = Callable[..., Visitor]


@pytest.fixture(scope="module")
def own() -> Iterator[OpenIdProvider]:
    """A provider that the tests of this file restart."""
    with OpenIdProvider() as provider:
        yield provider


@pytest.fixture
def asked(own: OpenIdProvider) -> Callable[[str], int]:
    """Count the requests for a path since the test began."""
    before = len(own.asked())
    own.faults()
    return lambda path: sum(f" {path} " in line for line in own.asked()[before:])


def test_rotated_keys_are_read_when_a_token_names_one(
    fresh: Fresh, own: OpenIdProvider, asked: Callable[[str], int]
) -> None:
    visitor, name = fresh(own), somebody(own, "support-team")
    for _ in range(2):
        assert returned(visitor, own, name).status == 303
        visitor.post("/sign-out")
    assert (asked(DISCOVERY), asked("/jwks")) == (1, 1)
    own.rotate()
    assert returned(visitor, own, name).status == 303
    assert asked("/jwks") == 2
    visitor.post("/sign-out")
    own.faults(token={"key": "new", "kid": "another"})
    for _ in range(3):
        refused(visitor, returned(visitor, own, name), 502, "doesn't publish")
    assert asked("/jwks") == 2
    visitor.close()


def test_a_failure_is_repeated_without_asking(
    fresh: Fresh, own: OpenIdProvider, asked: Callable[[str], int]
) -> None:
    own.faults(**{DISCOVERY: {"status": 500}})
    visitor = fresh(own)
    for _ in range(5):
        refused(visitor, visitor.get(BEGIN), 502, "responded with status 500")

    assert asked(DISCOVERY) == 1
    visitor.close()


def test_a_provider_that_is_gone_meanwhile_signs_nobody_in(
    fresh: Fresh, own: OpenIdProvider, asked: Callable[[str], int]
) -> None:
    assert asked("/token") == 0
    visitor, name = fresh(own), somebody(own, "support-team")
    with AtProvider(own) as away:
        back = away.sign_in(begun(visitor), name)
    own.process.stop()
    try:
        seen = visitor.get(below(visitor, back))
        refused(visitor, seen, 503, "The sign-in provider is unreachable")
    finally:
        own.process.start()
    assert returned(visitor, own, name).status == 303
    visitor.close()


def test_the_secret_is_sent_as_the_provider_takes_it(
    fresh: Fresh, own: OpenIdProvider, asked: Callable[[str], int]
) -> None:
    in_form = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    for body, scheme in (({}, "Basic"), (in_form, "-")):
        own.faults(**{DISCOVERY: {"body": body}})
        visitor = fresh(own)
        assert returned(visitor, own, somebody(own, "support-team")).status == 303
        assert [line for line in own.asked() if "/token" in line][-1] == f"POST /token {scheme}"
        visitor.close()
    assert asked("/token") == 2
