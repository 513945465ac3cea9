"""`livekit-dashboard check` reads the provider's documents, and says what is wrong with them."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from app.config.settings import load_settings
from app.process import diagnosis
from app.process.diagnosis import Finding
from dev.oidc import OpenIdProvider


@pytest.fixture(scope="module")
def provider() -> Iterator[OpenIdProvider]:
    """A provider."""
    with OpenIdProvider() as running:
        yield running


def checked(**settings: Any) -> Finding:
    """Return what the check says of single sign-on; nothing listens where LiveKit should."""
    given = load_settings(
        _env_file=None,
        **{
            "livekit_url": "ws://127.0.0.1:9",
            "livekit_api_key": "key",
            "livekit_api_secret": "a-secret-of-the-tests-0123456789",
            "admin_password": "password",
            "database_url": "sqlite:////nowhere/dashboard.db",
            "oidc_client_id": "dashboard",
            **settings,
        },
    )
    findings = asyncio.run(diagnosis.findings(given))
    (found,) = [each for each in findings if each.subject == "Single sign-on"]
    return found


def test_a_provider_that_responds(provider: OpenIdProvider) -> None:
    found = checked(oidc_issuer=provider.issuer)
    assert found == Finding("Single sign-on", f"{provider.issuer} responds, with 1 key")


@pytest.mark.parametrize(
    ("suffix", "said"),
    [("/", "It calls itself"), ("/other", "/other/.well-known/openid-configuration responded")],
)
def test_one_that_is_somebody_else(provider: OpenIdProvider, suffix: str, said: str) -> None:
    found = checked(oidc_issuer=f"{provider.issuer}{suffix}")
    assert (found.fine, said in found.text) == (False, True), found.text


def test_one_that_is_unreachable() -> None:
    found = checked(oidc_issuer="http://127.0.0.1:9")
    assert not found.fine
    assert found.text.startswith("The sign-in provider is unreachable. 127.0.0.1:9: ")


def test_settings_that_do_nothing_without_a_store(provider: OpenIdProvider) -> None:
    without = checked(oidc_issuer=provider.issuer, database_url=None)
    assert without == Finding(
        "Single sign-on", "off: OIDC_ISSUER and TRUSTED_USER_HEADER need DATABASE_URL"
    )
    assert "X-User" in checked(trusted_user_header="X-User").text
