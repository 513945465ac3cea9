"""/history/participants/{identity}/erase: a person is forgotten, and what is left is counted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from app.store.schema import CONVERSATIONS
from app.store.store import Store
from tests.routes.history.conftest import Past
from tests.support import history as rows
from tests.support.dashboard import Dashboard
from tests.support.stores import Databases, in_store
from tests.support.tokens import give_token, program
from tests.support.uploads import TRACES, Spoken, key_values, send
from tests.support.visitor import Visitor


@pytest.fixture
def known(
    databases: Databases, start_dashboard: Callable[..., Dashboard], tmp_path: Path
) -> Dashboard:
    """A dashboard with two people in its history."""
    url = databases.new()
    of = rows.session("RM_1", "standup")
    people = [rows.connection("PA_1", of, "ada", name="Ada"), rows.connection("PA_2", of, "bob")]
    event = rows.event("EV_1", "participant_joined", of, identity="ada")
    table = {rows.SESSIONS: [of], rows.CONNECTIONS: people, rows.WEBHOOK_EVENTS: [event]}
    rows.keep(url, table)
    return start_dashboard(database_url=url, storage_url=tmp_path.as_uri())


def test_a_person_is_forgotten(known: Dashboard) -> None:
    admin = known.visitor()
    asked = admin.get("/history/participants/ada/erase")
    assert "This can't be undone" in asked.text
    assert "1 connection" in asked.text
    sent = admin.post("/history/participants/ada/erase")
    assert sent.status == 303
    assert sent.location == "/history/participants/ada?erased=1"
    left = admin.get(sent.location).text
    assert "Nothing is left of this identity" in left
    assert "connections 0" in left
    assert "Ada" not in admin.get("/sessions/RM_1").markup
    assert "bob" in admin.get("/sessions/RM_1").text
    assert "Forget an identity" in admin.get("/audit").text


def test_conversations_of_the_person_are_deleted(known: Dashboard) -> None:
    hers, his = Spoken(), Spoken()
    for spoken, identity in ((hers, "ada"), (his, "bob")):
        span = spoken.span("user_turn")
        span.attributes.extend(key_values({"lk.pii.participant_identity": identity}))
        assert send(known, TRACES, spoken.traces(span)).status_code == 200
    admin = known.visitor()
    assert "1 conversation with an agent" in admin.get("/history/participants/ada/erase").text
    sent = admin.post("/history/participants/ada/erase")
    left = admin.get(sent.location).text
    assert "1 conversation deleted" in left
    assert "conversations 0" in left
    assert in_store(known.settings.stored_in, jobs) == [his.job]


async def jobs(store: Store) -> list[str]:
    """Return the jobs of all conversations."""
    async with store.read() as connection:
        return list((await connection.execute(select(CONVERSATIONS.c.job))).scalars())


def test_only_with_the_permission(known: Dashboard) -> None:
    operator: Visitor = program(known, give_token(known, "operator"))
    assert "Forget this identity" not in operator.get("/history/participants/ada").text
    assert operator.get("/history/participants/ada/erase").status == 403
    assert operator.post("/history/participants/ada/erase").status == 403
    assert "1 connection" in operator.get("/history/participants/ada").text


def test_it_is_confirmed(past: Past) -> None:
    assert "Forget this identity" in past.admin.get("/history/participants/ben").text
    assert past.admin.post("/history/participants/ben/erase", csrf="wrong").status == 403
    assert "3 connections" in past.admin.get("/history/participants/ben").text
