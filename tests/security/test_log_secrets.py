"""The log: it records who did what, and never a password, a secret or a token."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from livekit import api

from dev.stack import Stack
from tests.support.dashboard import PASSWORD
from tests.support.program import Program
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

SESSION_SECRET = "a-session-secret-that-no-log-may-hold-0123"
WRONG = "almost-the-Password-7"
ROOM = "log-secrets"
PIN = "2468013579246801"


def logged(program: Program, seen: Seen) -> bool:
    """Return whether the line of a request has been written; that comes after its answer."""
    return seen.headers["x-request-id"] in program.log


class Run:
    """What a run of actions left in the log, and the secrets that took part."""

    def __init__(self, program: Program, stack: Stack) -> None:
        self.ids: list[str] = []
        self.secrets: dict[str, str] = {
            "the password": PASSWORD,
            "a wrong password": WRONG,
            "the API secret": stack.api_secret,
            "the session secret": SESSION_SECRET,
            "a typed PIN": PIN,
            "the Authorization header": base64.b64encode(f"admin:{PASSWORD}".encode()).decode(),
        }
        admin, stranger = program.visitor(), program.visitor(password=WRONG)
        try:
            self._act(admin, stranger)
        finally:
            admin.close()
            stranger.close()
        until(lambda: self.ids[-1] in program.log)
        self.lines = program.lines()
        self.text = program.log

    def _act(self, admin: Visitor, stranger: Visitor) -> None:
        token = admin.token()
        self.secrets["a form token"] = token
        self.secrets["the session cookie"] = admin.http.cookies["livekit-dashboard"]
        made = admin.post("/rooms/-/new", name=ROOM, metadata="typed-metadata")
        issued = admin.post("/sandbox", room=ROOM, identity="guest", room_join="on")
        copied = [button.get("data-copy", "") for button in issued.all("button")]
        self.secrets["the made token"] = next(text for text in copied if text.startswith("eyJ"))
        signed = admin.post("/webhooks/-/sample", event="room_started", room=ROOM)
        copied = [button.get("data-copy", "") for button in signed.all("button")]
        header = next(text for text in copied if text.startswith("eyJ"))
        self.secrets["a webhook's token"] = header
        seen = [
            made,
            issued,
            admin.post("/sandbox/decode", token=self.secrets["the made token"]),
            admin.post("/sandbox/decode", token=self.secrets["the made token"] + "x", send="on"),
            admin.post("/sandbox/decode", token="", also=self.secrets["the made token"]),
            signed,
            admin.post("/webhooks/-/verify", authorization=header, body="{}"),
            stranger.get("/rooms"),
            stranger.get("/nope"),
            admin.send("/rooms/-/delete", {"csrf": token + "x"}),
            admin.send("/rooms/-/delete", {"csrf": token}, Origin="https://evil.example"),
            admin.send("/rooms/-/new", {"csrf": token, "name": ""}),
            admin.send("/rooms/-/new", {"csrf": token, "name": "x" * 1_100_000}),
            admin.get("/rooms?page=0"),
            admin.get("/rooms/no-such-room"),
            admin.post(f"/rooms/{ROOM}/send", payload="typed-payload"),
            admin.post(f"/rooms/{ROOM}/delete"),
            admin.post("/sip/route", caller="+15550100", called="+15550199", pin=PIN),
            admin.get("/health?deep=1"),
        ]
        self.statuses = [page.status for page in seen]
        self.ids = [page.headers["x-request-id"] for page in seen]


@pytest.fixture(scope="module")
def run(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run of the real program that logs as much as it can."""
    folder = tmp_path_factory.mktemp("log")
    settings = {"SESSION_SECRET": SESSION_SECRET, "LOG_LEVEL": "debug", "ENABLE_SIP": "true"}
    with Program(folder, stack, **settings) as program:
        yield Run(program, stack)


def test_the_run_went_as_meant(run: Run) -> None:
    assert run.statuses == [
        *(303, 200, 200, 200, 422, 200, 200, 401, 404, 403, 403),
        *(422, 413, 422, 404, 303, 303, 200, 200),
    ]
    assert all(len(secret) > 15 for secret in run.secrets.values())


def test_no_secret_is_in_the_log(run: Run) -> None:
    assert {name for name, secret in run.secrets.items() if secret in run.text} == set()


def test_nor_what_was_typed_into_forms(run: Run) -> None:
    assert "typed-metadata" not in run.text
    assert "typed-payload" not in run.text


def test_every_request_is_there_with_its_id_and_outcome(run: Run) -> None:
    told = {line["request_id"]: line for line in run.lines if line["event"] == "request"}
    assert [told[request_id]["status"] for request_id in run.ids] == run.statuses
    assert {"method", "path", "ms", "user", "livekit", "timestamp"} <= told[run.ids[0]].keys()


def test_every_action_is_there_with_who_and_what(run: Run) -> None:
    audit = [line for line in run.lines if line["logger"] == "audit"]
    done = [(x["action"], x["user"]) for x in audit if x["event"] == "done"]
    assert done == [
        ("session.basic", "admin"),
        ("room.create", "admin"),
        ("token.create", "admin"),
        ("webhook.sample", "admin"),
        ("token.decode", "admin"),
        ("token.decode", "admin"),
        ("webhook.verify", "admin"),
        ("room.send", "admin"),
        ("room.delete", "admin"),
        ("sip.route.pin", "admin"),
    ]
    (issued,) = [x for x in audit if (x["action"], x["event"]) == ("token.create", "done")]
    assert (issued["room"], issued["identity"], issued["seconds"]) == (ROOM, "guest", 21600)
    refused = [(x["action"], x["status"]) for x in audit if x["event"] == "refused"]
    assert refused == [
        ("token.decode", 422),
        ("room.delete", 403),
        ("room.delete", 403),
        ("room.create", 422),
        ("room.create", 413),
    ]


def test_nothing_in_it_is_a_bug(run: Run) -> None:
    assert [line for line in run.lines if line["level"] in {"error", "critical"}] == []
    assert "Traceback" not in run.text


def test_a_refused_key_is_logged_without_the_token_that_livekit_repeats(
    stack: Stack, tmp_path: Path
) -> None:
    secret = "another-secret-0123456789-abcdefghijkl"
    settings = {"LIVEKIT_API_SECRET": secret, "LOG_LEVEL": "debug", "LOG_FORMAT": "text"}
    with Program(tmp_path, stack, **settings) as program:
        visitor = program.visitor()
        page = visitor.get("/rooms")
        forged = visitor.get("/nope%0a%1b[31m2026-01-01 [info] request status=200 forged=1")
        visitor.close()
        text = until(lambda: program.log if logged(program, forged) else "")
    assert page.status == 502
    assert "does not accept the API key" in page.text
    header = api.AccessToken("key", secret).to_jwt().partition(".")[0]
    for shown in (text, page.html):
        assert header not in shown
        assert secret not in shown
    assert "502" in text
    assert "\x1b" not in text, "what a stranger sends reaches the terminal"
    assert not [line for line in text.splitlines() if line.startswith("2026-01-01")]
