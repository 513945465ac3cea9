"""/conversations/-/set-up: the lines, what arrived, what was refused, the test and the switch."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from app.store.schema import CONVERSATIONS
from app.store.store import Store
from tests.routes.conversations.conftest import Heard
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases, in_store
from tests.support.tokens import give_token, program
from tests.support.uploads import TRACES, Spoken, own_token, send, token
from tests.support.waiting import until

SET_UP = "/conversations/-/set-up"
TEST = "/conversations/-/test"
SWITCH = "/conversations/-/switch"


def test_the_lines_have_the_address(heard: Heard) -> None:
    seen = heard.admin.get(SET_UP)
    assert "enable_user_data_recording: true" in seen.text
    assert f"LIVEKIT_OBSERVABILITY_URL={heard.dashboard.url}" in seen.text
    assert "Only this machine reaches" in seen.text


def test_the_lines_have_the_public_address_with_its_path(
    databases: Databases, start_dashboard: Callable[..., Dashboard]
) -> None:
    dashboard = start_dashboard(
        database_url=databases.new(), public_url="https://lk.example.com/dash"
    )
    seen = dashboard.visitor().get(SET_UP)
    assert re.search(r"LIVEKIT_OBSERVABILITY_URL=https://lk\.example\.com/dash\s*</pre>", seen.html)
    empty = dashboard.visitor().get("/conversations")
    assert "No conversations yet" in empty.text
    assert "LIVEKIT_OBSERVABILITY_URL=https://lk.example.com/dash" in empty.text


def test_who_uploaded_last_is_listed(heard: Heard) -> None:
    spoken = Spoken(agent='<b>"agent"</b>')
    span = spoken.span("session_start", lk__job__worker_id="AW_first")
    assert send(heard.dashboard, TRACES, spoken.traces(span)).status_code == 200
    seen = heard.admin.get(SET_UP)
    assert "AW_first" in seen.text
    assert '<b>"agent"</b>' not in seen.html
    assert "127.0.0.1" in seen.text
    assert "No uploads yet" not in seen.text


def test_refused_uploads_are_listed_with_the_reason(heard: Heard) -> None:
    spoken = Spoken()
    batch = spoken.traces(spoken.span("session_start"))
    unknown = token("APIunknown<b>", "a-secret-that-nobody-has-0123456789")
    assert send(heard.dashboard, TRACES, batch, signed=unknown).status_code == 401
    no_grant = own_token(heard.dashboard, observability=None)
    assert send(heard.dashboard, TRACES, batch, signed=no_grant).status_code == 403
    until(lambda: "no grant" in heard.admin.get(SET_UP).text)
    seen = heard.admin.get(SET_UP)
    assert "unknown API key" in seen.text
    assert "APIunknown<b>" not in seen.html


def test_a_test_arrives_and_leaves_nothing(heard: Heard) -> None:
    before = _number(heard.dashboard)
    files = set(heard.files.rglob("*.gz"))
    form = heard.admin.get(TEST)
    assert f"{heard.dashboard.url}/observability/traces/otlp/v0" in form.text
    seen = heard.admin.post(TEST, csrf=form.csrf)
    assert "Received." in seen.text
    assert _number(heard.dashboard) == before
    assert set(heard.files.rglob("*.gz")) == files
    assert "dashboard test" not in heard.admin.get("/conversations").text
    assert "Test uploads of agents" in heard.admin.get("/audit").text


def test_a_test_says_what_failed(
    databases: Databases, start_dashboard: Callable[..., Dashboard]
) -> None:
    dashboard = start_dashboard(database_url=databases.new(), public_url="http://127.0.0.1:9")
    admin = dashboard.visitor()
    seen = admin.post(TEST, csrf=admin.get(TEST).csrf)
    assert "Unreachable." in seen.text


def test_uploads_are_switched_off_and_on(heard: Heard) -> None:
    spoken = Spoken()
    batch = spoken.traces(spoken.span("session_start"))
    form = heard.admin.get(SWITCH)
    assert heard.admin.post(SWITCH, csrf=form.csrf, uploads="off").status == 303
    try:
        refused = send(heard.dashboard, TRACES, batch)
        assert refused.status_code == 401
        assert b"data recording is disabled" in refused.content.lower()
        seen = heard.admin.get(SET_UP)
        assert "Uploads are off" in seen.text
        assert "admin" in seen.text
        again = heard.admin.post(SWITCH, csrf=form.csrf, uploads="off")
        assert again.status == 303
        tested = heard.admin.post(TEST, csrf=heard.admin.get(TEST).csrf)
        assert "Uploads off." in tested.text
    finally:
        form = heard.admin.get(SWITCH)
        assert heard.admin.post(SWITCH, csrf=form.csrf, uploads="on").status == 303
    assert send(heard.dashboard, TRACES, batch).status_code == 200
    assert "Uploads are off" not in heard.admin.get(SET_UP).text
    assert "Switch uploads of agents" in heard.admin.get("/audit").text


@pytest.mark.parametrize("path", [TEST, SWITCH])
def test_support_may_look_and_not_switch(heard: Heard, path: str) -> None:
    support = program(heard.dashboard, give_token(heard.dashboard, "support"))
    assert support.get(SET_UP).status == 200
    assert path not in support.get(SET_UP).html
    assert support.get(path).status == 403


def _number(dashboard: Dashboard) -> int:
    async def work(store: Store) -> int:
        async with store.read() as connection:
            return int(
                (await connection.execute(select(func.count(CONVERSATIONS.c.job)))).scalar_one()
            )

    return in_store(dashboard.settings.stored_in, work)
