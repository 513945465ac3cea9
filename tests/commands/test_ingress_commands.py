"""The `lk` commands about ingress, and those of encoders, run by a real shell."""

import json
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.commands.encoders import hints
from app.commands.lk import ingress as lk_ingress
from app.services.ingress.control import NewIngress, create_request
from app.services.ingress.states import InputType
from app.services.livekit.redaction import HIDDEN, plain

RTMP = NewIngress(InputType.RTMP, "i", room="r")
WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@pytest.fixture(scope="module")
def fake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with programs that print their words, each ended by NUL, and what is piped in."""
    folder = tmp_path_factory.mktemp("bin")
    for name in ("lk", "ffmpeg", "gst-launch-1.0"):
        script = folder / name
        piped = '[ "$3" = /dev/stdin ] && cat' if name == "lk" else ":"
        script.write_text(f"#!/bin/sh\nprintf '%s\\0' \"$@\"\n{piped}\ntrue\n")
        script.chmod(0o755)
    return folder


def ran(line: str | None, fake: Path) -> list[str]:
    """Return the words that reach the program, and last what was piped into it."""
    assert line is not None
    assert line.isprintable()
    done = subprocess.run(
        ["bash", "-c", line],
        env={"PATH": f"{fake}:/usr/bin:/bin", "LC_ALL": "C"},
        capture_output=True,
        timeout=20,
        check=True,
    )
    assert done.stderr == b""
    return done.stdout.decode().split("\0")


def test_reading_and_deleting(fake: Path) -> None:
    assert lk_ingress.list_ingress() == "lk ingress list"
    assert lk_ingress.get_ingress(id="IN_1") == "lk ingress list --id IN_1"
    assert lk_ingress.delete_ingress(id="IN_1") == "lk ingress delete IN_1"
    for strange in ("", "-rf", "a b", "$(id)"):
        assert lk_ingress.delete_ingress(id=strange) is None


@given(room=WORDS.filter(bool))
def test_any_room_reaches_lk(room: str, fake: Path) -> None:
    assert ran(lk_ingress.list_ingress(room=room), fake)[:4] == ["ingress", "list", "--room", room]


@given(name=WORDS, room=WORDS, identity=WORDS)
def test_requests_are_piped_in_as_json(name: str, room: str, identity: str, fake: Path) -> None:
    fields = {"name": name, "room_name": room, "participant_identity": identity}
    request = {"input_type": "WHIP_INPUT", **fields}
    words = ran(lk_ingress.create_ingress(request=request), fake)
    assert words[:-1] == ["ingress", "create", "/dev/stdin"]
    assert json.loads(words[-1]) == request
    change = {"ingress_id": "IN_1", **fields}
    words = ran(lk_ingress.update_ingress(request=change), fake)
    assert words[:-1] == ["ingress", "update", "/dev/stdin"]
    assert json.loads(words[-1]) == change


def test_the_default_input_is_named() -> None:
    line = lk_ingress.create_ingress(request=plain(create_request(RTMP)))
    assert line is not None
    assert '"input_type":"RTMP_INPUT"' in line


def test_the_address_is_left_to_be_filled_in() -> None:
    new = NewIngress(InputType.URL, "i", room="r", url="srt://user:pass@h:1?passphrase=secret")
    line = lk_ingress.create_ingress(request=plain(create_request(new)))
    assert line is not None
    assert '"url":"URL"' in line
    assert "pass" not in line


def test_there_is_no_command_with_a_masked_secret_or_without_a_change() -> None:
    hidden = {"participant_metadata": HIDDEN}
    assert lk_ingress.create_ingress(request=hidden) is None
    assert lk_ingress.update_ingress(request={"ingress_id": "IN_1", **hidden}) is None
    assert lk_ingress.update_ingress(request={"ingress_id": "IN_1"}) is None
    assert lk_ingress.update_ingress(request={"ingress_id": "-x", "name": "n"}) is None


@pytest.mark.parametrize("kind", [InputType.RTMP, InputType.WHIP])
@pytest.mark.parametrize("url", ["rtmp://h:1935/x", "https://h/w?a='b' $(id)", "http://é/w !"])
def test_encoders_get_address_and_key(kind: InputType, url: str, fake: Path) -> None:
    found = hints(kind, url, "k3y-0123456789'")
    assert found
    for hint in found:
        words = " ".join(ran(hint.whole, fake))
        assert url in words
        assert "k3y-0123456789'" in words
        assert "0123456" not in hint.shown
        assert "k3y" not in repr(hint)


def test_there_is_no_command_without_an_address_or_for_what_is_pulled() -> None:
    assert hints(InputType.RTMP, "", "key") == []
    assert hints(InputType.URL, "http://h", "") == []
    assert hints(InputType.RTMP, "rtmp://h/x\0", "key") == []
    (hint,) = hints(InputType.RTMP, "rtmp://h/x/", "key")
    assert hint.whole.endswith(" rtmp://h/x/key")
