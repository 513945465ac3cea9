"""OTLP_FORWARD_URL and OTLP_FORWARD_HEADERS: what is taken, and that no error repeats a secret."""

from typing import Any

import pytest

from app.config.settings import Settings, load_settings
from app.config.sources import SettingsError

GIVEN: dict[str, Any] = {
    "livekit_url": "ws://127.0.0.1:7880",
    "livekit_api_key": "key",
    "livekit_api_secret": "-",
    "admin_password": "-",
}


def loaded(**settings: Any) -> Settings:
    """Load settings."""
    return load_settings(_env_file=None, **GIVEN, **settings)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://host",
        "collector:4318",
        "https://",
        "https://user:secret-word@host",
        "https://host?key=secret-word",
        "https://host/#x",
        "https://host:0",
        "https://host:70000",
        "https://ho st/",
        "https://host/a\nb",
    ],
)
def test_other_urls_are_refused(url: str) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(otlp_forward_url=url)
    assert "OTLP_FORWARD_URL" in str(refused.value)
    assert "secret-word" not in str(refused.value)


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("", {}),
        ("a=b", {"a": "b"}),
        (
            "Authorization=Basic%20eA%3D%3D, X-Two = 2,",
            {"authorization": "Basic eA==", "x-two": "2"},
        ),
        ("key=a=b", {"key": "a=b"}),
    ],
)
def test_headers_are_read_as_opentelemetry_has_them(text: str, headers: dict[str, str]) -> None:
    assert loaded(otlp_forward_headers=text).forward_headers == headers


@pytest.mark.parametrize(
    "text",
    [
        "secret-word",
        "a b=secret-word",
        "a=secret-word%0d%0aX: y",
        "a=secret-word%ff",
        "a=",
        "Content-Type=secret-word",
        "host=secret-word",
        "ä=secret-word",
    ],
)
def test_other_headers_are_refused(text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        loaded(otlp_forward_headers=text)
    assert "OTLP_FORWARD_HEADERS" in str(refused.value)
    assert "secret-word" not in str(refused.value)
