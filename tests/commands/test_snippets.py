"""Code that makes the same token: run, with real Python and real Node, and read back."""

import json
import runpy
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jwt
import pytest

from app.commands.snippets import javascript, python
from tests.support.shells import HOSTILE

Run = Callable[[str], dict[str, Any]]

KEY, SECRET = "APIsnippet", "a-secret-of-the-snippets-0123456789"
# Notes what a snippet hands to the SDK: the SDK itself is in no lock file of ours.
SDK = """
export const TrackSource = { CAMERA: "camera", MICROPHONE: "microphone" };
export const RoomConfiguration = { fromJson: (json) => json };
export class AccessToken {
  constructor(key, secret, options) { Object.assign(this, options); this.given = [key, secret]; }
  addGrant(video) { this.video = video; }
  addSIPGrant(sip) { this.sip = sip; }
  async toJwt() { return JSON.stringify(this); }
}
"""
FULL = {
    "sub": "ada",
    "name": "Ada",
    "kind": "agent",
    "metadata": '{"a": 1}',
    "attributes": {"color": "blue", "__proto__": "kept"},
    "sha256": "x",
    "roomPreset": "big",
    "roomConfig": {"maxParticipants": 3, "agents": [{"agentName": "helper"}]},
    "sip": {"admin": True, "call": False},
    "video": {
        "roomJoin": True,
        "room": "r",
        "canPublish": True,
        "canSubscribe": False,
        "canPublishData": True,
        "canPublishSources": ["camera", "microphone"],
    },
}


def hostile() -> dict[str, Any]:
    """Return claims with every hostile text somewhere in them."""
    texts = {text: text for text in HOSTILE}
    video = {**FULL["video"], "room": "".join(HOSTILE)}  # type: ignore[dict-item]
    return {"sub": "".join(HOSTILE), "metadata": "\n".join(HOSTILE), "attributes": texts} | {
        "video": video
    }


@pytest.fixture
def by_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a Python snippet, and give the claims of the token that it prints."""
    monkeypatch.setenv("LIVEKIT_API_KEY", KEY)
    monkeypatch.setenv("LIVEKIT_API_SECRET", SECRET)

    def run(code: str) -> dict[str, Any]:
        path = tmp_path / "snippet.py"
        path.write_text(code, encoding="utf-8")
        runpy.run_path(str(path))
        made = capsys.readouterr().out.strip()
        said: dict[str, Any] = jwt.decode(made, SECRET, algorithms=["HS256"])
        return said

    return run


def by_node(code: str, folder: Path) -> dict[str, Any]:
    """Run a JavaScript snippet, and give what it handed to the SDK."""
    node = shutil.which("node")
    assert node
    package = folder / "node_modules" / "livekit-server-sdk"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "exports": "./index.js"}')
    (package / "index.js").write_text(SDK)
    (folder / "snippet.mjs").write_text(code, encoding="utf-8")
    made = subprocess.run(
        [node, "snippet.mjs"], cwd=folder, capture_output=True, check=True, encoding="utf-8"
    )
    said: dict[str, Any] = json.loads(made.stdout)
    return said


@pytest.mark.parametrize("claims", [FULL, hostile()], ids=["full", "hostile"])
def test_python_makes_the_same_token(claims: dict[str, Any], by_python: Run) -> None:
    said = by_python(python(claims, 3600))
    assert said.pop("exp") - said.pop("nbf") == 3600
    assert said.pop("iss") == KEY
    assert said == claims


@pytest.mark.parametrize("claims", [FULL, hostile()], ids=["full", "hostile"])
def test_javascript_says_the_same(claims: dict[str, Any], tmp_path: Path) -> None:
    said = by_node(str(javascript(claims, 3600)), tmp_path)
    assert (said.pop("ttl"), said.pop("given")) == (3600, [None, None])
    assert {
        ("sub" if name == "identity" else name): value for name, value in said.items()
    } == claims


def test_the_javascript_sdk_has_no_agent_grant(by_python: Run) -> None:
    claims = {"video": {}, "agent": {"admin": True}}
    assert javascript(claims, 60) is None
    assert by_python(python(claims, 60))["agent"]["admin"] is True


def test_nothing_in_them_is_hidden() -> None:
    for code in (python(hostile(), 60), str(javascript(hostile(), 60))):
        signs = {char for char in code if unicodedata.category(char) in ("Cc", "Cf")}
        assert signs == {"\n"}
        assert "\u3164" not in code
