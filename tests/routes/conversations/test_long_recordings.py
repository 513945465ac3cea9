"""A recording of 60 MB: little memory to receive and to send it, and a storage that goes away."""

import gc
from collections.abc import Iterator

import httpx
import pytest

from tests.routes.conversations.conftest import Heard
from tests.storage.upload import begin, memory
from tests.support.uploads import RECORDINGS, Spoken, own_token

SIZE = 60_000_000
PIECE = b"OggS" + bytes(range(256)) * 1024
MARK = b"the sound is here"
MOST = 20_000  # KB


def pieces(body: bytes) -> Iterator[bytes]:
    """Yield the upload, with a long sound in place of the mark."""
    before, _, after = body.partition(MARK)
    yield before
    for _ in range(SIZE // len(PIECE)):
        yield PIECE
    yield after


def upload(heard: Heard, spoken: Spoken) -> None:
    """Upload the recording as it is made."""
    body, media_type = spoken.recording([], MARK)
    headers = {"content-type": media_type}
    headers["authorization"] = f"Bearer {own_token(heard.dashboard)}"
    url = f"{heard.dashboard.url}{RECORDINGS}"
    assert httpx.post(url, content=pieces(body), headers=headers, timeout=120).status_code == 200


def play(heard: Heard, spoken: Spoken) -> int:
    """Read the whole recording as it is sent; return how much that was."""
    with heard.admin.http.stream("GET", f"/conversations/{spoken.job}/recording") as response:
        assert response.headers["content-type"] == "audio/ogg"
        return sum(len(piece) for piece in response.iter_bytes())


@pytest.fixture(scope="module")
def spoken(heard: Heard) -> Spoken:
    """A conversation with a long recording; all that is needed is loaded then."""
    spoken = Spoken()
    upload(heard, spoken)
    assert play(heard, spoken) > SIZE - len(PIECE)
    return spoken


def test_it_takes_little_memory(heard: Heard, spoken: Spoken) -> None:
    for act in (lambda: upload(heard, Spoken()), lambda: play(heard, spoken)):
        gc.collect()
        before = begin()
        act()
        assert memory("VmHWM") - before < MOST


def test_the_storage_goes_away_meanwhile(heard: Heard, spoken: Spoken) -> None:
    away = heard.files.with_name(f"{heard.files.name}-away")
    path = f"/conversations/{spoken.job}/recording"
    try:
        with heard.admin.http.stream("GET", path) as response:
            received = iter(response.iter_bytes())
            assert next(received).startswith(b"OggS")
            heard.files.rename(away)
            with pytest.raises(httpx.RemoteProtocolError):
                list(received)
    finally:
        away.rename(heard.files)
    assert heard.admin.http.get(path, headers={"range": "bytes=0-3"}).content == b"OggS"
