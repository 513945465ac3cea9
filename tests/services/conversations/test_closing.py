"""A conversation whose agent never uploaded the end is closed by what LiveKit saw or by silence."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.services.conversations import closing
from app.services.conversations.closing import FORGOTTEN, SILENT, Closer
from app.store.schema import CONVERSATIONS
from tests.support.kept import SERVER, Kept, folder_url, kept_in
from tests.support.streams import START, at, person, projected, room, webhook
from tests.support.uploads import Spoken

ROOM = room("RM_spoken", "spoken")
HOUR = timedelta(hours=1)


def spoken_at(seconds: float, **how: Any) -> Spoken:
    """Return a conversation that begins some time after the start of the streams."""
    return Spoken(began=(START + timedelta(seconds=seconds)).timestamp(), **how)


def agent(number: int, joined: float, identity: str) -> dict[str, Any]:
    """Return the participant of an agent."""
    return person(f"PA_{number}", identity, joined, kind="AGENT")


async def hear(kept: Kept, spoken: Spoken, when: datetime) -> None:
    """Keep some spans of a conversation, as if they had come at a moment."""
    await kept.traces(spoken)
    mine = CONVERSATIONS.c.job == spoken.job
    async with kept.store.write() as connection:
        await connection.execute(update(CONVERSATIONS).where(mine).values(heard_at=when))


async def close(kept: Kept) -> list[str]:
    """Run one round."""
    return await Closer(kept.store, kept.hub, SERVER).round()


async def end(kept: Kept, spoken: Spoken) -> tuple[datetime | None, bool]:
    """Return when a conversation ended, and whether that was inferred."""
    (row,) = await kept.rows(CONVERSATIONS, job=spoken.job)
    return row["ended_at"], row["ended_inferred"]


def now() -> datetime:
    """Return the present."""
    return datetime.now(START.tzinfo)


def test_it_ends_when_its_agent_has_left(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken, stays = spoken_at(1), spoken_at(1)
        for each in (spoken, stays):
            await hear(kept, each, now())
        mine, other = agent(1, 1, f"agent-{spoken.job}"), agent(2, 1, f"agent-{stays.job}")
        await projected(
            kept.store,
            [
                webhook("participant_joined", 1, room=ROOM, participant=mine),
                webhook("participant_joined", 1, room=ROOM, participant=other),
            ],
        )
        assert await close(kept) == []
        left = webhook("participant_left", 30, room=ROOM, participant=mine | {"version": 2})
        await projected(kept.store, [left])
        with kept.hub.subscribed() as subscription:
            assert await close(kept) == [spoken.job]
            assert f"conversation:{spoken.job}" in await subscription.take()
        assert await end(kept, spoken) == (at(30), True)
        assert await end(kept, stays) == (None, False)
        assert await close(kept) == []

    kept_in(database, folder_url(tmp_path), work)


def test_it_goes_on_while_its_agent_is_back(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = spoken_at(1)
        await hear(kept, spoken, at(3))
        first, again = (agent(n, n, f"agent-{spoken.job}") for n in (1, 5))
        await projected(
            kept.store,
            [
                webhook("participant_joined", 1, room=ROOM, participant=first),
                webhook("participant_left", 4, room=ROOM, participant=first | {"version": 2}),
                webhook("participant_joined", 5, room=ROOM, participant=again),
            ],
        )
        assert await close(kept) == []
        assert await end(kept, spoken) == (None, False)

    kept_in(database, folder_url(tmp_path), work)


def test_an_agent_with_a_name_of_its_own_is_the_agent_of_the_room(
    database: str, tmp_path: Path
) -> None:
    async def work(kept: Kept) -> None:
        spoken = spoken_at(10)
        earlier, own = agent(1, 1, "first bot"), agent(2, 11, "second bot")
        await hear(kept, spoken, now())
        await projected(
            kept.store,
            [
                webhook("participant_joined", 1, room=ROOM, participant=earlier),
                webhook("participant_left", 5, room=ROOM, participant=earlier | {"version": 2}),
            ],
        )
        assert await close(kept) == [], "its agent hasn't joined yet"
        await hear(kept, spoken, now() - SILENT)
        assert await close(kept) == [], "the one that left was another's"
        await projected(
            kept.store,
            [
                webhook("participant_joined", 11, room=ROOM, participant=own),
                webhook("participant_left", 40, room=ROOM, participant=own | {"version": 2}),
            ],
        )
        assert await close(kept) == [spoken.job]
        assert await end(kept, spoken) == (at(40), True)

    kept_in(database, folder_url(tmp_path), work)


def test_it_ends_with_its_session(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = spoken_at(1)
        await hear(kept, spoken, now())
        await projected(kept.store, [webhook("room_started", 1, room=ROOM)])
        assert await close(kept) == []
        await projected(kept.store, [webhook("room_finished", 60, room=ROOM)])
        assert await close(kept) == [spoken.job]
        ended, inferred = await end(kept, spoken)
        assert ended is not None
        assert (ended - at(60)) < timedelta(seconds=2)
        assert inferred

    kept_in(database, folder_url(tmp_path), work)


def test_without_history_it_ends_after_silence(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken, nameless = spoken_at(1), spoken_at(2, room_sid="")
        heard = now() - FORGOTTEN + timedelta(seconds=30)
        for each in (spoken, nameless):
            await hear(kept, each, heard)
        assert await close(kept) == []
        heard -= timedelta(minutes=1)
        for each in (spoken, nameless):
            await hear(kept, each, heard)
        assert sorted(await close(kept)) == sorted([spoken.job, nameless.job])
        assert await end(kept, spoken) == (heard, True)
        await kept.traces(spoken)
        assert await end(kept, spoken) == (heard, True)
        assert await close(kept) == [spoken.job], "it was only silent"
        assert await end(kept, spoken) == (None, False)

    kept_in(database, folder_url(tmp_path), work)


def test_what_the_agent_says_of_the_end_wins(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        spoken = spoken_at(1)
        await hear(kept, spoken, at(3))
        mine = agent(1, 1, f"agent-{spoken.job}")
        await projected(
            kept.store,
            [
                webhook("participant_joined", 1, room=ROOM, participant=mine),
                webhook("participant_left", 30, room=ROOM, participant=mine | {"version": 2}),
            ],
        )
        assert await close(kept) == [spoken.job]
        await kept.traces(spoken)  # late, and without an end
        assert await close(kept) == []
        assert await end(kept, spoken) == (at(30), True)
        await kept.history(spoken, seconds=20)
        assert await end(kept, spoken) == (at(21), False)
        assert await close(kept) == []

    kept_in(database, folder_url(tmp_path), work)


def test_rounds_check_all_in_turn(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(closing, "MOST", 2)

    async def work(kept: Kept) -> None:
        running = [spoken_at(number) for number in range(4)]
        for each in running:
            await hear(kept, each, now())
        gone = spoken_at(9)
        await hear(kept, gone, now() - HOUR)
        closer = Closer(kept.store, kept.hub, SERVER)
        assert [await closer.round() for _ in range(4)] == [[], [], [gone.job], []]

    kept_in(database, folder_url(tmp_path), work)
