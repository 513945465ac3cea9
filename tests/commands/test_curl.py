"""The curl command that sends a sample, read by real shells."""

import subprocess
from pathlib import Path

import pytest

from app.commands import curl
from tests.support.shells import HOSTILE, SHELLS


@pytest.fixture
def told(tmp_path: Path) -> Path:
    """A folder with a curl that records what reached it."""
    program = tmp_path / "curl"
    program.write_text("#!/bin/sh\nprintf '%s\\0' \"$@\"\n")
    program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("text", HOSTILE)
def test_every_word_reaches_curl_as_it_is(text: str, shell: str, told: Path) -> None:
    command = curl.post("http://h/[a]{b}", {"Authorization": text}, text)
    assert command is not None
    assert command.isprintable()
    env = {"PATH": f"{told}:/usr/bin:/bin", "LC_ALL": "C"}
    done = subprocess.run([shell, "-c", command], env=env, capture_output=True, check=True)
    words = done.stdout.decode().split("\0")[:-1]
    assert words[words.index("-H") + 1] == f"Authorization: {text}"
    assert words[words.index("--data-raw") + 1] == text
    assert words[-1] == "http://h/[a]{b}"


def test_what_no_command_line_carries_has_none() -> None:
    assert curl.post("http://h", {}, "a\0b") is None
    assert curl.post("http://h", {}, "x" * 200_000) is None
