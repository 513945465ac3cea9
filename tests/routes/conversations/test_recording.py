"""The recording of a conversation: ranges, types, who may hear it, and that it is audited."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from app.services.conversations.recordings.drawing import draw_missing
from app.store.schema import CONVERSATIONS
from app.text.paths import API, conversation_path
from tests.routes.conversations.conftest import Heard
from tests.routes.conversations.talks import answered
from tests.routes.conversations.talks import heard as said
from tests.support.kept import Kept, kept_in
from tests.support.sounds import recording
from tests.support.tokens import give_token, program
from tests.support.uploads import Spoken, record

HTML = b"<!doctype html><script>alert(1)</script>"
SOUND = recording(10)


def place_of(spoken: Spoken) -> str:
    """Return the path of a recording."""
    return f"/conversations/{spoken.job}/recording"


@pytest.fixture(scope="module")
def spoken(heard: Heard) -> Spoken:
    """A conversation of ten seconds with a recording."""
    spoken = Spoken()
    items = [said(spoken, "item_1", "Hello?", 0.0), answered(spoken, "item_2", "Hi!", 1.0)]
    items[1]["interrupted"] = True
    sent = record(heard.dashboard, spoken, items, SOUND, header=spoken.header(10.0))
    assert sent.status_code == 200
    return spoken


def draw(heard: Heard) -> None:
    """Draw the waveforms that are missing, as the job does."""

    async def work(kept: Kept) -> None:
        await draw_missing(kept.store, kept.storage, kept.hub)

    settings = heard.dashboard.settings
    kept_in(settings.stored_in, settings.files_in, work)


def test_all_of_it(heard: Heard, spoken: Spoken) -> None:
    for path in (place_of(spoken), f"{API}{place_of(spoken)}"):
        found = heard.admin.http.get(path)
        assert found.status_code == 200
        assert found.content == SOUND
        headers = found.headers
        assert headers["content-type"] == "audio/ogg"
        assert headers["content-length"] == str(len(SOUND))
        assert headers["accept-ranges"] == "bytes"
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in headers["content-security-policy"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "content-encoding" not in headers


def test_in_the_player_and_as_a_file(heard: Heard, spoken: Spoken) -> None:
    assert heard.admin.http.get(place_of(spoken)).headers["content-disposition"] == "inline"
    file = heard.admin.http.get(f"{place_of(spoken)}?download=1").headers["content-disposition"]
    assert file == f'attachment; filename="recording-{spoken.job}.ogg"'


def test_a_part_of_it(heard: Heard, spoken: Spoken) -> None:
    found = heard.admin.http.get(place_of(spoken), headers={"range": "bytes=1000-1999"})
    assert found.status_code == 206
    assert found.content == SOUND[1000:2000]
    assert found.headers["content-range"] == f"bytes 1000-1999/{len(SOUND)}"
    assert found.headers["content-length"] == "1000"


def test_the_whole_in_place_of_several_parts(heard: Heard, spoken: Spoken) -> None:
    found = heard.admin.http.get(place_of(spoken), headers={"range": "bytes=0-9,20-29"})
    assert (found.status_code, found.content) == (200, SOUND)


def test_no_such_part(heard: Heard, spoken: Spoken) -> None:
    found = heard.admin.http.get(place_of(spoken), headers={"range": "bytes=99999999-"})
    assert found.status_code == 416
    assert found.headers["content-range"] == f"bytes */{len(SOUND)}"


def test_a_part_only_of_the_same_file(heard: Heard, spoken: Spoken) -> None:
    part = {"range": "bytes=0-9"}
    etag = heard.admin.http.get(place_of(spoken), headers=part).headers["etag"]
    assert etag.startswith('"')
    same = heard.admin.http.get(place_of(spoken), headers=part | {"if-range": etag})
    other = heard.admin.http.get(place_of(spoken), headers=part | {"if-range": '"other"'})
    assert (same.status_code, other.status_code) == (206, 200)


def test_head(heard: Heard, spoken: Spoken) -> None:
    found = heard.admin.http.head(place_of(spoken), headers={"range": "bytes=0-9"})
    assert found.status_code == 200
    assert found.headers["content-length"] == str(len(SOUND))
    assert found.content == b""


def test_what_is_no_sound_is_never_shown(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken, [], HTML)
    found = heard.admin.http.get(place_of(spoken))
    assert found.status_code == 200
    assert found.content == HTML
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"].startswith("attachment")
    assert found.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in found.headers["content-security-policy"]
    page = heard.admin.get(f"/conversations/{spoken.job}")
    assert "an Ogg recording. It can be downloaded" in page.text
    assert "<audio" not in page.html


def test_a_job_with_a_strange_name(heard: Heard) -> None:
    spoken = Spoken(job='AJ "x"; filename=evil.html')
    record(heard.dashboard, spoken, [], HTML)
    page = heard.admin.get(conversation_path(spoken.job))
    (href,) = re.findall(r'href="([^"]*/recording)\?download=1"', page.html)
    named = heard.admin.http.get(href).headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="recording-[0-9a-f]{40}\.bin"', named)


def test_who_may_not_hear_it(heard: Heard, spoken: Spoken) -> None:
    assert heard.viewer.http.get(place_of(spoken)).status_code == 403
    assert heard.viewer.http.get(f"{API}{place_of(spoken)}").status_code == 403


def test_who_may_read_but_not_hear(heard: Heard, spoken: Spoken) -> None:
    reader = program(heard.dashboard, give_token(heard.dashboard, "admin", ["conversations.read"]))
    page = reader.get(f"/conversations/{spoken.job}")
    assert page.status == 200
    assert "have permission to play recordings" in page.text
    assert place_of(spoken) not in page.html
    assert reader.http.get(place_of(spoken)).status_code == 403
    hearer = program(heard.dashboard, give_token(heard.dashboard, "admin", ["recordings.read"]))
    assert hearer.http.get(place_of(spoken)).status_code == 200


def test_none_and_unknown(heard: Heard) -> None:
    silent = Spoken()
    record(heard.dashboard, silent)
    found = heard.admin.get(place_of(silent))
    assert found.status == 404
    assert "uploaded no recording" in found.text
    assert heard.admin.http.get("/conversations/AJ_none/recording").status_code == 404
    assert 'id="player"' not in heard.admin.get(f"/conversations/{silent.job}").html


def test_one_that_was_deleted(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken, [], SOUND)
    at = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)

    async def work(kept: Kept) -> None:
        mine = CONVERSATIONS.c.job == spoken.job
        gone = update(CONVERSATIONS).where(mine)
        async with kept.store.write() as connection:
            await connection.execute(gone.values(recording="", recording_deleted_at=at))

    settings = heard.dashboard.settings
    kept_in(settings.stored_in, settings.files_in, work)
    found = heard.admin.get(place_of(spoken))
    assert found.status == 404
    assert "deleted on 2026-11-03 12:00:00 UTC" in found.text
    page = heard.admin.get(f"/conversations/{spoken.job}")
    assert "deleted 2026-11-03" in page.text
    assert "<audio" not in page.html


def _openings(heard: Heard, spoken: Spoken) -> int:
    entries = heard.admin.get(f"/audit?q={spoken.job}").html
    return entries.count("Play recording")


def test_each_opening_is_audited_and_not_each_part(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken, [], SOUND)
    heard.admin.http.head(place_of(spoken))
    heard.admin.get(f"/conversations/{spoken.job}")
    assert _openings(heard, spoken) == 0
    for start in (500, 0, 1000, 2000, 0):
        heard.admin.http.get(place_of(spoken), headers={"range": f"bytes={start}-"})
    assert _openings(heard, spoken) == 1, "the first part counts, wherever it begins"
    heard.admin.http.get(f"{place_of(spoken)}?download=1")
    heard.admin.http.get(place_of(spoken))
    assert _openings(heard, spoken) == 3


def test_the_player(heard: Heard, spoken: Spoken) -> None:
    page = heard.admin.get(f"/conversations/{spoken.job}")
    assert "media-src 'self'" in page.headers["content-security-policy"]
    assert f'src="{place_of(spoken)}"' in page.html
    assert 'preload="none"' in page.html
    assert "waveform is drawn within a minute" in page.text
    draw(heard)
    page = heard.admin.get(f"/conversations/{spoken.job}")
    assert page.html.count('class="wave"') == 2
    assert "Waveform of the recording, 10 s" in page.html
    assert page.html.count("<title>Interrupted</title>") == 1
    assert "media-src" not in heard.admin.get("/").headers["content-security-policy"]


def test_with_the_storage_away(heard: Heard, spoken: Spoken) -> None:
    away = heard.files.with_name(f"{heard.files.name}-away")
    heard.files.rename(away)
    try:
        found = heard.admin.get(place_of(spoken))
        assert found.status == 503
        assert "storage is unreachable" in found.text
        page = heard.admin.get(f"/conversations/{spoken.job}")
        assert page.status == 200
        assert "be played now. Reading a file failed" in page.text
        assert "the folder doesn't exist" in page.text
        assert "<audio" not in page.html
    finally:
        away.rename(heard.files)
    assert "<audio" in heard.admin.get(f"/conversations/{spoken.job}").html


def test_a_file_that_is_gone(heard: Heard) -> None:
    spoken = Spoken()
    record(heard.dashboard, spoken, [], SOUND)
    (file,) = heard.files.glob(f"**/{spoken.job}/recording-*.ogg")
    file.unlink()
    assert heard.admin.http.get(place_of(spoken)).status_code == 404
    assert "This file isn't stored" in heard.admin.get(f"/conversations/{spoken.job}").text
