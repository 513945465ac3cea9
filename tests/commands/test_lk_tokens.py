"""The `lk` command that makes the same token, given to real shells."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from app.commands.lk.tokens import create_token
from tests.support.shells import HOSTILE, ran

JOIN = {"roomJoin": True, "room": "r", "canPublish": True, "canSubscribe": True}


def said(**claims: Any) -> str | None:
    """Return the command for ada's token to join room r, some claims changed."""
    return create_token(claims={"sub": "ada", "video": JOIN, **claims}, seconds=60)


def test_what_is_allowed_anyway_is_not_said() -> None:
    assert said() == "lk token create --valid-for 60s --join --room r --identity ada"
    video = {**JOIN, "canPublishData": True}
    assert said(video=video) == said()
    silent = {**video, "canPublish": False}
    assert str(said(video=silent)).endswith(
        """--grant '{"canPublish":false,"canPublishData":true}'"""
    )


def test_everything_that_lk_can_do() -> None:
    video = {**JOIN, "canPublishSources": ["camera"], "hidden": True, "roomList": True}
    line = said(
        name="N N",
        metadata="m",
        attributes={"a,b": "c=d"},
        video=video,
        roomConfig={"agents": [{"agentName": "helper", "metadata": "{}"}]},
    )
    assert line == (
        """printf %s '{"a,b":"c=d"}' | lk token create --valid-for 60s --join --list --room r """
        "--identity ada --name 'N N' --metadata m --agent helper --job-metadata '{}' "
        """--grant '{"canPublishSources":["camera"],"hidden":true}' --attribute-file /dev/stdin"""
    )


def test_a_token_for_the_server_api_needs_neither_room_nor_identity(fake: Path) -> None:
    words = ran(create_token(claims={"video": {"roomList": True}}, seconds=60), fake)
    assert words[-3:] == ["--list", "--grant", '{"room":""}']
    nothing = create_token(claims={"video": {"room": "r"}}, seconds=60)
    assert nothing == "lk token create --valid-for 60s --room r --grant '{}'"


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": ""},
        {"sub": "at %t"},
        {"name": "at %t"},
        {"kind": "agent"},
        {"sip": {"admin": True}},
        {"agent": {"admin": True}},
        {"roomPreset": "big"},
        {"sha256": "x"},
        {"roomConfig": {"maxParticipants": 3}},
        {"roomConfig": {"agents": [{"agentName": "a"}, {"agentName": "b"}]}},
        {"roomConfig": {"agents": [{"agentName": "a", "attributes": {"b": "c"}}]}},
        {"roomConfig": {"agents": [{"agentName": "a"}]}, "video": {"roomAdmin": True, "room": "r"}},
    ],
)
def test_what_lk_cannot_put_into_a_token_has_no_command(claims: dict[str, Any]) -> None:
    assert said(**claims) is None


@pytest.mark.parametrize("text", HOSTILE)
def test_any_text_arrives_as_it_is(fake: Path, text: str) -> None:
    words = ran(said(metadata=text, video={**JOIN, "room": text}), fake)
    assert {("--room", text), ("--metadata", text)} <= set(pairwise(words))


def test_a_template_in_a_room_name_is_not_expanded(fake: Path) -> None:
    words = ran(said(video={**JOIN, "room": "at %t"}), fake)
    assert "--room" not in words
    assert json.loads(words[words.index("--grant") + 1]) == {"room": "at %t"}
