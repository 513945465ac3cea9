"""The `lk` command lines, run by real shells with an `lk` that records what reached it."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.commands import shell
from app.commands.lk import rooms as lk_rooms
from tests.support.shells import HOSTILE, PLAIN_SHELLS, SHELLS, ran


@pytest.mark.parametrize("program", SHELLS)
@pytest.mark.parametrize("text", HOSTILE)
def test_every_word_reaches_lk_as_it_is(text: str, program: str, fake: Path) -> None:
    line = lk_rooms.update_room_metadata(room=text, metadata=text)
    assert ran(line, fake, program)[:3] == ["room", "update", "--metadata"]
    assert ran(line, fake, program)[3] == text
    assert ran(line, fake, program)[-1] == text


@pytest.mark.parametrize("program", PLAIN_SHELLS)
@pytest.mark.parametrize("text", HOSTILE)
def test_a_plain_shell_reads_what_needs_no_escapes(text: str, program: str, fake: Path) -> None:
    line = shell.line("lk", text)
    if "$'" not in line:
        assert ran(line, fake, program) == [text]


def in_fish(line: str) -> list[str]:
    """Return the words that fish reads in a line of plain words and quotes.

    Inside single quotes, fish reads a backslash before a backslash or a quote as an escape:
    https://fishshell.com/docs/current/language.html#quotes
    """
    words: list[str] = []
    word, quoted, at = "", False, 0
    while at < len(line):
        char, after = line[at], line[at + 1 : at + 2]
        if char == "\\" and (not quoted or after in ("\\", "'")):
            word, at = word + after, at + 1
        elif char == "'":
            quoted = not quoted
        elif char == " " and not quoted:
            words, word = [*words, word], ""
        else:
            assert quoted or shell.PLAIN.fullmatch(char), f"{char!r} is not quoted"
            word += char
        at += 1
    assert not quoted
    return [*words, word]


@given(texts=st.lists(st.text(st.sampled_from("\\'; ()#a")), min_size=1, max_size=4))
@example(texts=["\\'; touch (echo made-by-fish) #"])
def test_fish_reads_the_same_words(texts: list[str]) -> None:
    assert in_fish(shell.line("lk", *texts)) == ["lk", *texts]


@given(
    texts=st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0")), min_size=1, max_size=20
    )
)
def test_any_words_survive_the_shell(texts: list[str], fake: Path) -> None:
    assert ran(shell.line("lk", *texts), fake) == texts


@given(name=st.text())
def test_a_room_of_any_name_is_deleted_by_its_name_alone(name: str, fake: Path) -> None:
    line = lk_rooms.delete_room(room=name)
    if "\0" in name or name in ("help", "h"):
        assert line is None
    else:
        words = ran(line, fake)
        assert words in (["room", "delete", name], ["room", "delete", "--", name])
        assert words[-2] == "--" or not name.strip().startswith("-")


@pytest.mark.parametrize("name", ["a\0b", "\ud800", "x" * 200_000])
def test_what_no_command_line_can_carry_has_none(name: str) -> None:
    assert lk_rooms.delete_room(room=name) is None


def test_reading_commands(fake: Path) -> None:
    assert lk_rooms.list_rooms() == "lk room list"
    assert lk_rooms.list_rooms(names=["a", "-b"]) == "lk room list -- a -b"
    assert lk_rooms.list_participants(room="a b") == "lk room participants list -- 'a b'"
    line = lk_rooms.get_participant(room="a", identity="-i")
    assert ran(line, fake) == ["room", "participants", "get", "--room", "a", "--identity", "-i"]


def test_create_room_with_every_option_lk_has(fake: Path) -> None:
    line = lk_rooms.create_room(
        name="-daily",
        empty_timeout=300,
        departure_timeout=20,
        min_playout_delay=100,
        max_playout_delay=2000,
        sync_streams=True,
        room_preset="big",
    )
    assert line == (
        "lk room create --empty-timeout 300 --departure-timeout 20 --min-playout-delay 100 "
        "--max-playout-delay 2000 --room-preset big --sync-streams -- -daily"
    )


def test_create_room_sets_metadata_in_a_second_step(fake: Path) -> None:
    line = lk_rooms.create_room(name="daily", metadata='{"a": "it\'s"}')
    assert ran(line, fake) == [
        *("room", "create", "daily"),
        *("room", "update", "--metadata", '{"a": "it\'s"}', "daily"),
    ]


def test_agents_are_piped_in(fake: Path) -> None:
    line = lk_rooms.create_room(name="daily", agents=[("helper", 'data "\x1b'), ("", "")])
    assert line is not None
    assert line.endswith("| lk room create --agents-file /dev/stdin daily")
    out = ran(line.replace("| lk ", "| lk-with-stdin ") + "; printf '\\0'", fake)
    assert json.loads(out[-1]) == {
        "dispatches": [
            {"agentName": "helper", "metadata": 'data "\x1b'},
            {"agentName": "", "metadata": ""},
        ]
    }


def test_create_room_has_no_command_for_what_lk_lacks() -> None:
    assert lk_rooms.create_room(name="a", max_participants=5) is None
    assert lk_rooms.create_room(name="a", node_id="ND_1") is None
    assert lk_rooms.create_room(name="a", egress="{}") is None
    assert lk_rooms.create_room(name="a", tags={"a": "b"}) is None
    assert lk_rooms.create_room(name="a", replay_enabled=True) is None
    assert lk_rooms.create_room(name="") is None
    assert lk_rooms.create_room(name="help") == "lk room create --name help"
    assert lk_rooms.create_room(name="help", metadata="m") is None


@pytest.mark.parametrize("name", ["%t", "a%xb", "%%p"])
def test_names_that_lk_would_expand(name: str, fake: Path) -> None:
    """lk replaces %t, %x, … in --room, --identity and --name, and knows no escape."""
    assert lk_rooms.get_participant(room=name, identity="i") is None
    assert lk_rooms.mute_track(room="r", identity=name, track_sid="TR_1", muted=True) is None
    line = lk_rooms.remove_participant(room="r", identity=name)
    assert ran(line, fake) == ["room", "participants", "remove", "--room", "r", "--", name]
    assert lk_rooms.delete_room(room=name) is not None


def test_update_participant(fake: Path) -> None:
    permissions: dict[str, bool | Sequence[str]] = {
        "can_publish": True,
        "hidden": False,
        "can_publish_sources": ["microphone"],
    }
    line = lk_rooms.update_participant(
        room="r", identity="i", metadata="-m\n", permissions=permissions
    )
    words = ran(line, fake)
    assert words[:5] == ["room", "participants", "update", "--metadata", "-m\n"]
    assert json.loads(words[6]) == {**permissions, "can_publish_sources": [2]}
    assert lk_rooms.update_participant(room="r", identity="i", name="x", metadata="m") is None
    assert lk_rooms.update_participant(room="r", identity="i", attributes={"a": ""}) is None
    assert lk_rooms.update_participant(room="r", identity="i") is None


def test_tracks_and_data(fake: Path) -> None:
    who = "--room r --identity i"
    line = lk_rooms.mute_track(room="r", identity="i", track_sid="TR_1", muted=True)
    assert line == f"lk room mute-track {who} --mute TR_1"
    line = lk_rooms.mute_track(room="r", identity="i", track_sid="TR_1", muted=False)
    assert line == f"lk room mute-track {who} --unmute TR_1"
    for flag, subscribe in (("--subscribe", True), ("--unsubscribe", False)):
        line = lk_rooms.update_subscriptions(
            room="r", identity="i", track_sids=["TR_1", "TR_2"], subscribe=subscribe
        )
        assert line == f"lk room update-subscriptions {who} {flag} TR_1 TR_2"
    line = lk_rooms.send_data(room="r", data='{"a":1}', topic="t", to=["-i", "j"])
    assert line == (
        "lk room send-data --room r --topic t --identity -i --identity j -- '{\"a\":1}'"
    )
    assert lk_rooms.send_data(room="r", data="help") == "lk room send-data --room r --data help"
    assert lk_rooms.send_data(room="r", data="x", lossy=True) is None
    assert lk_rooms.send_data(room="r", data="x", to=["a,b"]) is None
