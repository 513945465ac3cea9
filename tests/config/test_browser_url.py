"""The address that browsers get: LIVEKIT_PUBLIC_URL where it is set, as a WebSocket's."""

import pytest

from app.config.settings import load_settings


@pytest.mark.parametrize(
    ("url", "public", "given_to_browsers"),
    [
        ("ws://10.0.0.7:7880", "", "ws://10.0.0.7:7880"),
        ("http://10.0.0.7:7880/", "", "ws://10.0.0.7:7880"),
        ("ws://10.0.0.7:7880", "https://media.example.com/lk/", "wss://media.example.com/lk"),
        ("ws://10.0.0.7:7880", "wss://[2001:db8::1]:443", "wss://[2001:db8::1]:443"),
    ],
)
def test_the_public_one_goes_first(
    given: pytest.MonkeyPatch, url: str, public: str, given_to_browsers: str
) -> None:
    given.setenv("LIVEKIT_URL", url)
    given.setenv("LIVEKIT_PUBLIC_URL", public)
    assert load_settings().browser_url == given_to_browsers
