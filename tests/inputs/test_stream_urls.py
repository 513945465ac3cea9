"""Stream URLs are judged by the expression that livekit-egress itself uses."""

import pytest

from app.inputs.egress.start import stream_problem

TAKEN = (
    "rtmp://host/app/key",
    "rtmps://host:443/app/instance/key",
    "rtmp://b.rtmp.youtube.com/live2?backup=1/abcd-efgh",  # the key follows the query
    "rtmp://host/app/key?auth=a/b live=1",
    "rtmp://host/app/",  # an empty key, which is the server's to judge
    "mux://key",
    "twitch://key",
    "srt://host:9000?streamid=a",
)
REFUSED = (
    "rtmp://host",
    "rtmp://host/key",
    "rtmp://host?a=b/key",
    "RTMP://host/app/key",
    "Rtmps://host/app/key",
)


@pytest.mark.parametrize("url", TAKEN)
def test_what_livekit_accepts_is_accepted(url: str) -> None:
    assert not stream_problem((url,))


@pytest.mark.parametrize("url", REFUSED)
def test_what_livekit_rejects_is_rejected(url: str) -> None:
    assert "rtmp://host/app/key" in stream_problem((url,))
