"""The search for secrets through every log of the run: it knows them, and it finds them."""

import json
import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from livekit import api

from app.config.settings import load_settings
from dev.stack import Stack
from tests.support.dashboard import PASSWORD, SESSION_SECRET
from tests.support.leaks import LEAKS, Leaks
from tests.support.visitor import Visitor

SECRET = 'a "secret" of 30 letters, & so on'
WRITTEN: dict[str, Callable[[str], str]] = {
    "as it is": lambda secret: f"[info] done key={secret} status=200",
    "in JSON": lambda secret: json.dumps({"event": f"asked for {secret}"}),
    "in an address": lambda secret: f"GET /rooms?q={quote(secret, safe='')}",
    "as Python shows it": lambda secret: f"fields={[secret, 1]}",
}


@pytest.fixture
def leaks() -> Leaks:
    """A search of the test's own, which knows one secret."""
    own = Leaks()
    own.keep(SECRET, "the field of the test")
    return own


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_a_secret_is_found_and_named(
    leaks: Leaks, tmp_path: Path, written: Callable[[str], str]
) -> None:
    leaks.text.write("a line\n" + written("another text") + "\n")
    assert leaks.found() == []
    line = written(SECRET)
    leaks.follow(tmp_path / "program.log").write_text(f"before\n{line}\nafter\n")
    assert leaks.found() == [f"the field of the test: {line}"]


def test_what_is_handed_out_is_found(leaks: Leaks, admin: Visitor, stack: Stack) -> None:
    form_token, cookie = admin.token(), admin.http.cookies["livekit-dashboard"]
    token = api.AccessToken(stack.api_key, stack.api_secret).to_jwt()
    for said, secret in (
        ("a form's token", form_token),
        ("a session cookie", cookie),
        ("a token for LiveKit", token),
    ):
        leaks.text.seek(0)
        leaks.text.truncate()
        leaks.text.write(f"x={secret}\n")
        assert leaks.found() == [f"{said}: x={secret}"]


def test_what_dashboards_and_libraries_log_is_searched(admin: Visitor) -> None:
    seen = admin.get("/rooms")
    said = f"a library's warning {secrets.token_hex(8)}"
    logging.getLogger("some.library").warning(said)
    ours = f"ours {secrets.token_hex(8)}"
    structlog.get_logger("audit").info(ours)
    here, *_ = LEAKS.logs()
    assert seen.headers["x-request-id"] in here
    assert said in here
    assert ours in here


def test_secrets_are_known_by_where_they_are_used(
    admin: Visitor, stack: Stack, make_ingress: Callable[..., Any]
) -> None:
    typed = f"typed-{secrets.token_hex(8)}"
    admin.post("/sip/trunks/-/new", kind="outbound", auth_password=typed)
    known = LEAKS.secrets
    assert known[typed] == "the field auth_password"
    assert known[make_ingress().stream_key] == "stream_key"
    assert known[stack.api_secret] == "livekit_api_secret"
    assert known[SESSION_SECRET] == "session_secret"
    assert PASSWORD in known


def test_those_of_settings_are_known_however_they_are_given(leaks: Leaks) -> None:
    first, *others = given = [f"own-{secrets.token_hex(16)}" for _ in range(5)]
    environment = {
        "LIVEKIT_API_SECRET": first,
        "ADMIN_PASSWORD": others[0],
        "METRICS_TOKEN": others[1],
        "SESSION_SECRET": ",".join(others[2:]),
    }
    plain = {name.lower(): value for name, value in environment.items()}
    url = {"livekit_url": "ws://127.0.0.1:1", "livekit_api_key": "key"}
    leaks.settings(load_settings(_env_file=None, **url, **plain))
    assert {*given} <= leaks.secrets.keys()
    other = Leaks()
    assert other.environment(environment) == environment
    assert other.secrets.keys() == {*given}


def test_a_longer_address_whose_key_is_covered_is_another(leaks: Leaks) -> None:
    leaks.form("urls=rtmp://127.0.0.1/live")
    leaks.text.write("refused rtmp://127.0.0.1/live/{hus...ush}\n")
    assert leaks.found() == []
    leaks.text.write("refused rtmp://127.0.0.1/live twice\n")
    assert leaks.found() == ["the field urls: refused rtmp://127.0.0.1/live twice"]
