"""A stream ends with its session, with its browser, and with the server."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from app.process.connections import LimitedConnection
from app.store.schema import USER_SESSIONS
from app.store.store import Store
from dev.stack import Stack
from tests.routes.live.conftest import with_beats
from tests.support.dashboard import Dashboard, managing
from tests.support.listener import Listener
from tests.support.people import add_person, signed_in
from tests.support.stores import in_store
from tests.support.waiting import until


def seen(dashboard: Dashboard, user: int, ago: timedelta) -> None:
    """Let the sessions of somebody have been in use so long ago."""

    async def work(store: Store) -> None:
        whose = update(USER_SESSIONS).where(USER_SESSIONS.c.user_id == user)
        async with store.write() as connection:
            await connection.execute(whose.values(seen=datetime.now(UTC) - ago))

    in_store(dashboard.settings.stored_in, work)


def test_signing_out_ends_it(stored: Dashboard) -> None:
    add_person(stored, "olga")
    visitor = signed_in(stored, "olga")
    other = signed_in(stored, "olga")
    with Listener(visitor.http) as listener, Listener(other.http) as stays:
        assert visitor.post("/sign-out").status in {200, 303}
        until(lambda: not listener.open, 5)
        assert stays.open


def test_a_disabled_account_ends_it(stored: Dashboard) -> None:
    number = add_person(stored, "dora")
    admin = stored.visitor()
    with Listener(signed_in(stored, "dora").http) as listener:
        assert admin.post(f"/users/{number}/disable").status == 303
        until(lambda: not listener.open, 5)


def test_another_role_ends_it_and_the_next_has_its_powers(stored: Dashboard) -> None:
    number = add_person(stored, "rita")
    admin, visitor = stored.visitor(), signed_in(stored, "rita")
    with Listener(visitor.http) as listener:
        fields = {"role": "operator", "name": "rita"}
        assert admin.post(f"/users/{number}/edit", **fields).status == 303
        until(lambda: not listener.open, 5)


def test_the_idle_limit_ends_it_and_it_keeps_nobody_signed_in(stored: Dashboard) -> None:
    number = add_person(stored, "ida")
    with Listener(signed_in(stored, "ida").http) as listener:
        seen(stored, number, timedelta(minutes=5))
        beats = listener.lines.count(": beat")
        until(lambda: listener.lines.count(": beat") >= beats + 3)

        async def touched(store: Store) -> bool:
            found = USER_SESSIONS.select().where(USER_SESSIONS.c.user_id == number)
            async with store.read() as connection:
                row = (await connection.execute(found)).mappings().one()
            return bool(row["seen"] > datetime.now(UTC) - timedelta(minutes=4))

        assert not in_store(stored.settings.stored_in, touched)
        seen(stored, number, stored.settings.session_idle + timedelta(seconds=1))
        until(lambda: not listener.open, 5)


def test_a_browser_that_leaves_is_forgotten(plain: Dashboard) -> None:
    visitor = plain.visitor()
    with Listener(visitor.http), Listener(visitor.http):
        until(lambda: len(plain.app.state.streams) == 2)
    until(lambda: len(plain.app.state.streams) == 0)


@pytest.mark.alone
def test_the_server_stops_within_two_seconds(
    stack: Stack, caplog: pytest.LogCaptureFixture
) -> None:
    dashboard = with_beats(Dashboard(**managing(stack)))
    listeners = [Listener(dashboard.visitor().http) for _ in range(20)]
    for listener in listeners:
        until(lambda listener=listener: listener.messages)  # type: ignore[misc]
    began = time.monotonic()
    dashboard.stop()
    assert time.monotonic() - began < 2
    # requests that don't end have a second
    assert "timeout graceful shutdown exceeded" not in caplog.text
    assert [listener.open for listener in listeners] == [False] * 20
    last = [listener.response.is_stream_consumed for listener in listeners]
    assert last == [True] * 20  # each had its proper end


def test_a_stream_outlives_the_time_limits_of_slow_clients(
    limited: Callable[..., Dashboard], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(LimitedConnection, "head_seconds", 0.5)
    monkeypatch.setattr(LimitedConnection, "take_seconds", 1.0)
    dashboard = limited()
    with Listener(dashboard.visitor().http) as listener:
        until(lambda: len(listener.times) > 1 and listener.times[-1] - listener.times[0] > 2.5)
        assert listener.open
