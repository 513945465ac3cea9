"""What production refuses, and what it takes."""

import pytest

from app.config.settings import load_settings
from app.config.sources import SettingsError
from tests.config.samples import PRODUCTION

Monkey = pytest.MonkeyPatch

WEAK_PASSWORDS = [
    "password",
    "short-9-One",
    "adminadminadmin",
    "changemechangeme",
    "Password12345",
    "livekit-admin",
    "aaaaaaaaaaaaaaaa",
    "abababababababab",
    "admin-admin-admin-admin",
]
WEAK_SECRETS = [
    "secret",
    "devkey",
    "x" * 31,
    "a" * 64,
    "abcdefg" * 5,
    "0123456789abcdefghijklmnopqrstu",
]


@pytest.fixture
def production(given: Monkey) -> Monkey:
    """Settings that production takes."""
    for name, value in PRODUCTION.items():
        given.setenv(name, value)
    return given


def refused() -> list[str]:
    """Return the lines of the refusal."""
    with pytest.raises(SettingsError) as refusal:
        load_settings()
    return refusal.value.lines


def test_takes_strong_ones(production: Monkey) -> None:
    assert load_settings().production


@pytest.mark.parametrize("password", WEAK_PASSWORDS)
def test_refuses_a_weak_password(production: Monkey, password: str) -> None:
    production.setenv("ADMIN_PASSWORD", password)
    lines = refused()
    assert [line.partition(":")[0] for line in lines] == ["ADMIN_PASSWORD"]
    assert password not in lines[0]


@pytest.mark.parametrize("username", ["somebody-long", "Somebody-Long"])
def test_refuses_a_password_made_of_the_user_name(production: Monkey, username: str) -> None:
    production.setenv("ADMIN_USERNAME", username)
    production.setenv("ADMIN_PASSWORD", "somebody-long-12")
    assert refused()[0].startswith("ADMIN_PASSWORD: is too easy")
    production.setenv("ADMIN_USERNAME", "another")
    assert load_settings().production


@pytest.mark.parametrize(
    "password", ["correct horse battery", "Ünïcödé-Pässwört-7", "x7!kQ2#vL9$p"]
)
def test_takes_a_long_password_of_any_signs(production: Monkey, password: str) -> None:
    production.setenv("ADMIN_PASSWORD", password)
    assert load_settings().admin_password.get_secret_value() == password


@pytest.mark.parametrize("name", ["LIVEKIT_API_SECRET", "SESSION_SECRET"])
@pytest.mark.parametrize("secret", WEAK_SECRETS)
def test_refuses_a_weak_secret(production: Monkey, name: str, secret: str) -> None:
    production.setenv(name, secret)
    lines = refused()
    assert [line.partition(":")[0] for line in lines] == [name]
    assert secret not in lines[0]


def test_refuses_an_old_session_secret_that_is_weak(production: Monkey) -> None:
    production.setenv("SESSION_SECRET", f"{PRODUCTION['SESSION_SECRET']},old")
    assert refused() == [
        "SESSION_SECRET: is too short; use 32 random characters or more (ENVIRONMENT=production)"
    ]


@pytest.mark.parametrize("secret", [None, "", ",", " , "])
def test_needs_a_session_secret(production: Monkey, secret: str | None) -> None:
    production.delenv("SESSION_SECRET")
    if secret is not None:
        production.setenv("SESSION_SECRET", secret)
    assert refused() == [
        "SESSION_SECRET: missing; try: openssl rand -hex 32 (ENVIRONMENT=production)"
    ]


def test_names_all_that_is_weak_at_once(production: Monkey) -> None:
    for name in ("ADMIN_PASSWORD", "LIVEKIT_API_SECRET", "SESSION_SECRET"):
        production.setenv(name, "weak")
    assert [line.partition(":")[0] for line in refused()] == [
        "ADMIN_PASSWORD",
        "LIVEKIT_API_SECRET",
        "SESSION_SECRET",
    ]


def test_development_takes_weak_ones(production: Monkey) -> None:
    production.setenv("ENVIRONMENT", "development")
    for name in ("ADMIN_PASSWORD", "LIVEKIT_API_SECRET", "SESSION_SECRET"):
        production.setenv(name, "weak")
    assert not load_settings().production
