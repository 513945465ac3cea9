"""The `lk` commands of dispatches."""

from pathlib import Path

import pytest

from app.commands.lk import agents as lk_agents
from tests.support.shells import HOSTILE, ran

LONG_AGO = 1_700_000_000 * 10**9


@pytest.mark.parametrize("text", HOSTILE)
def test_commands_carry_any_name(text: str, fake: Path) -> None:
    line = lk_agents.create_dispatch(room=text, agent_name=text, metadata=text)
    words = ran(line, fake)
    assert words == [
        *("dispatch", "create", "--room", text),
        *("--agent-name", text, "--metadata", text),
    ]
    words = ran(lk_agents.delete_dispatch(room=text, id="AD_1"), fake)
    assert words[-2:] == [text, "AD_1"]
    assert ran(lk_agents.list_dispatches(room=text), fake)[-1] == text


def test_what_lk_cannot_say_has_no_command() -> None:
    assert lk_agents.create_dispatch(room="r", agent_name="") is None
    assert lk_agents.create_dispatch(room="r", agent_name="a", more=["", "v2"]) is None
    assert lk_agents.list_dispatches(room="help") is None
    assert lk_agents.delete_dispatch(room="r", id="-x") is None
