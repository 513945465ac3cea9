"""LiveKit's webhooks: kept once if they are genuine, refused if not, never lost once answered."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import RowMapping, select

from app.store.schema import WEBHOOK_EVENTS
from app.store.store import Store
from tests.support.dashboard import Dashboard
from tests.support.stores import in_store
from tests.support.webhooks import HOOK, body_of, deliver, event, send, signature

ROOM = {"name": "hook-a", "sid": "RM_hook"}


def kept(dashboard: Dashboard, body: bytes) -> RowMapping:
    """Return the one event in the store of a dashboard that has this body."""

    async def work(store: Store) -> RowMapping:
        text = body.decode("utf-8", "replace")
        async with store.read() as connection:
            query = select(WEBHOOK_EVENTS).where(WEBHOOK_EVENTS.c.body == text)
            return (await connection.execute(query)).mappings().one()

    return in_store(dashboard.settings.stored_in, work)


def signed(dashboard: Dashboard, body: bytes, **claims: Any) -> str:
    """Sign a body with the dashboard's own key."""
    secret = dashboard.settings.livekit_api_secret.get_secret_value()
    return signature(body, dashboard.settings.livekit_api_key, secret, **claims)


def test_an_event_is_kept_as_it_came(stored: Dashboard) -> None:
    person = {"identity": "zoë \U0001f600", "sid": "PA_1", "kind": "A_KIND_OF_TOMORROW"}
    content = event("participant_waved", room=ROOM, participant=person, newField={"a": [1]})
    assert deliver(stored, content).status_code == 200
    row = kept(stored, body_of(content))
    assert (row["server"], row["event"], row["room"]) == ("default", "participant_waved", "hook-a")
    assert (row["room_sid"], row["identity"]) == ("RM_hook", "zoë \U0001f600")
    assert (row["resource"], row["duplicates"], row["origin"]) == ("PA_1", 0, "livekit")
    assert row["created_at"].timestamp() == int(content["createdAt"])
    assert row["received_at"] >= row["created_at"]


def test_a_repeated_event_is_kept_once(stored: Dashboard) -> None:
    content = event("room_started", room=ROOM)
    with ThreadPoolExecutor(4) as together:
        answers = list(together.map(lambda _: deliver(stored, content), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    row = kept(stored, body_of(content))
    assert row["duplicates"] == 3


@pytest.mark.parametrize("body", [b"", b"not JSON", b"[]", b'{"event": 5}', b"[" * 5000, b"\xff"])
def test_what_livekit_signed_is_never_refused(stored: Dashboard, body: bytes) -> None:
    assert send(stored, body, signed(stored, body)).status_code == 200
    row = kept(stored, body)
    assert row["event"] == ""
    assert row["event_id"].startswith("sha256:")


@pytest.mark.parametrize("seconds", ["x", -5, 10**30, None, "1e3", [], "253402300800"])
def test_a_moment_that_cannot_be_is_kept(stored: Dashboard, seconds: object) -> None:
    content = event("room_started", room=ROOM, createdAt=seconds)
    assert [deliver(stored, content).status_code for _ in range(2)] == [200, 200]
    row = kept(stored, body_of(content))
    assert (row["created_at"].year, row["duplicates"]) == (1970, 1)


BODY = body_of(event("room_started", room=ROOM))
WRONG = {
    "no token": (None, "no token"),
    "no JWT": ("zebra", "malformed token"),
    "another key": (signature(BODY, "APIother", "x" * 40), "unknown key"),
    "no key": (signature(BODY, "", "x" * 40, iss=None), "unknown key"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_nobody_known_signed_is_refused(dashboard: Dashboard, name: str) -> None:
    token, why = WRONG[name]
    answer = send(dashboard, BODY, token)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert why in answer.json()["detail"]
    assert "www-authenticate" in answer.headers


CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "expired": ({"exp": 1_700_000_000}, "expired"),
    "not yet valid": ({"nbf": 4_000_000_000}, "expired"),
    "endless": ({"exp": None}, "wrong signature"),
    "no hash": ({"sha256": None}, "no hash"),
    "a hash that is no text": ({"sha256": 5}, "no hash"),
    "another body": ({"sha256": "AAAA"}, "wrong body"),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_a_token_must_be_valid(dashboard: Dashboard, name: str) -> None:
    claims, why = CLAIMS[name]
    answer = send(dashboard, BODY, signed(dashboard, BODY, **claims))
    assert (answer.status_code, why in answer.json()["detail"]) == (401, True)


def test_a_wrong_secret_is_refused_and_counted(dashboard: Dashboard) -> None:
    key = dashboard.settings.livekit_api_key
    for _ in range(2):
        assert send(dashboard, BODY, signature(BODY, key, "z" * 40)).status_code == 401
    newest = dashboard.app.state.refusals.newest_first()[0]
    assert (newest.reason, newest.issuer, newest.address) == ("wrong_signature", key, "127.0.0.1")
    assert newest.times >= 2


def test_a_changed_byte_is_refused(dashboard: Dashboard) -> None:
    token = signed(dashboard, BODY)
    assert send(dashboard, BODY, token).status_code == 200
    assert send(dashboard, BODY + b" ", token).status_code == 401


def test_a_large_body_is_refused(dashboard: Dashboard) -> None:
    body = b" " * (1024 * 1024 + 1)
    assert send(dashboard, body, signed(dashboard, body)).status_code == 413


def test_only_a_post_is_a_webhook(dashboard: Dashboard) -> None:
    visitor = dashboard.visitor()
    answer = visitor.get(HOOK)
    assert (answer.status, answer.headers["allow"]) == (405, "POST")
    visitor.close()
