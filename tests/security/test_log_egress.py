"""The log of egress: who started and stopped what, and none of the credentials it took."""

from collections.abc import Iterator
from typing import Any

import pytest

from dev.stack import Stack
from dev.workers import Fault, Standin
from tests.support.program import Program
from tests.support.visitor import Seen, Visitor
from tests.support.waiting import until

ROOM = "log-egress"
SECRETS = {
    "s3_access_key": "log-S3-access-key",
    "s3_secret": "log-S3-secret",
    "s3_session_token": "log-S3-session-token",
    "s3_assume_role_external_id": "log-S3-external-id",
    "proxy_password": "log-proxy-password",
    "gcp_credentials": '{"private_key": "log-GCP-private-key"}',
    "azure_account_key": "log-Azure-account-key",
    "alioss_access_key": "log-OSS-access-key",
    "alioss_secret": "log-OSS-secret",
}
RTMP = "rtmp://127.0.0.1/live/log-rtmp-key"
SRT = "srt://127.0.0.1:9000?passphrase=log-srt-passphrase"
PAGE = "https://log-web-user:log-web-password@127.0.0.1/page?token=log-web-token"
PRESET_KEY, PRESET_SECRET = "log-preset-access-key", "log-preset-secret"
PRESETS = """
[[preset]]
name = "Tapes"
type = "s3"
bucket = "b"
access_key = { env = "LOG_PRESET_KEY" }
secret = { env = "LOG_PRESET_SECRET" }
"""
STORED: dict[str, Any] = {
    "s3": {"s3_bucket": "b", "proxy_url": "http://proxy"},
    "gcp": {"gcp_bucket": "b"},
    "azure": {"azure_account_name": "a", "azure_container_name": "c"},
    "alioss": {"alioss_bucket": "b"},
}


class Run:
    """What was asked of the program, and what it logged."""

    def __init__(self, program: Program, standin: Standin) -> None:
        self.pages: list[Seen] = []
        self.visitor = program.visitor()
        self.visitor.post("/rooms/-/new", name=ROOM)
        try:
            self._act(self.visitor, standin)
            last = self.visitor.get("/egress").headers["x-request-id"]
        finally:
            self.visitor.post(f"/rooms/{ROOM}/delete")
            self.visitor.close()
        self.text = until(lambda: program.log if last in program.log else "")
        self.audit = [line for line in program.lines() if line["logger"] == "audit"]

    def _act(self, visitor: Visitor, standin: Standin) -> None:
        for storage, fields in STORED.items():
            self._start(storage=storage, file="on", **fields)
        self._start(storage="preset:Tapes", file="on")
        job = self._start(stream="on", urls=RTMP)
        self._start(stream="on", urls=SRT)
        self._start(type="web", url=PAGE, file="on")
        for form, fields in {"": {}, "/streams": {"add": RTMP, "remove": f"{RTMP}-2"}}.items():
            self.pages.append(visitor.get(f"{job}{form}"))
            if form:
                self.pages.append(visitor.post(f"{job}{form}", **fields))
        self.pages.append(visitor.get("/egress/-/export.json"))
        self.pages.append(visitor.post(f"{job}/stop"))
        standin.plan(ROOM, refuse=Fault("invalid_argument", f"invalid url {RTMP}: refused"))
        self._start(stream="on", urls=RTMP)
        self._start(stream="on", urls=f"{RTMP}\nhttp://x/y/log-rtmp-key")
        self._start(file="on", storage="s3")

    def _start(self, **fields: str) -> str:
        known = {"type": "room_composite", "room": ROOM} | SECRETS
        self.pages.append(self.visitor.post("/egress/-/new", **(known | fields)))
        return self.pages[-1].location


@pytest.fixture(scope="module")
def run(stack: Stack, standin: Standin, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A run of the real program that logs as much as it can."""
    settings = {
        "LOG_LEVEL": "debug",
        "EGRESS_PRESETS": PRESETS,
        "LOG_PRESET_KEY": PRESET_KEY,
        "LOG_PRESET_SECRET": PRESET_SECRET,
    }
    with Program(tmp_path_factory.mktemp("log"), stack, **settings) as program:
        yield Run(program, standin)


def test_the_run_went_as_meant(run: Run) -> None:
    statuses = [page.status for page in run.pages]
    assert statuses == [*[303] * 8, 200, 200, 404, 200, 303, 422, 422, 422]


def test_no_credential_is_in_the_log(run: Run) -> None:
    values = [*SECRETS.values(), "log-GCP-private-key", "log-rtmp-key", "log-srt-passphrase"]
    values += [PRESET_KEY, PRESET_SECRET]
    values += ["log-web-user", "log-web-password", "log-web-token"]
    assert [value for value in values if value in run.text] == []


def test_nor_on_a_page_about_the_jobs(run: Run) -> None:
    about = [page for page in run.pages if page.status == 200]
    assert len(about) == 3
    for page in about:
        assert [value for value in SECRETS.values() if value in page.html] == []
        assert "log-rtmp-key" not in page.html


def test_who_started_and_stopped_what_is_in_it(run: Run) -> None:
    about = [line for line in run.audit if line["action"].startswith("egress.")]
    done = [(line["action"], line["user"]) for line in about if line["event"] == "done"]
    assert done == [*[("egress.start", "admin")] * 8, ("egress.stop", "admin")]
    refused = [(line["action"], line["status"]) for line in about if line["event"] == "refused"]
    assert refused == [("egress.streams", 404), *[("egress.start", 422)] * 3]
    first = next(x for x in about if (x["action"], x["event"]) == ("egress.start", "done"))
    assert (first["type"], first["room"]) == ("room_composite", ROOM)
    assert first["egress"].startswith("EG_")
    presets = [line["preset"] for line in about if "preset" in line and line["event"] == "done"]
    assert presets == ["Tapes"], "its name, and only where one was used"
