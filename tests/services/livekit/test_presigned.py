"""Tokens of reads: each grants what its read needs and no more, and is signed once a minute."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import aiohttp
import pytest
from livekit.api import ListParticipantsRequest, ListRoomsRequest, ServerError

from app.config.settings import Settings
from app.services.livekit import presigned as module
from app.services.livekit.presigned import Presigned

T = TypeVar("T")


def with_token(settings: Settings, work: Callable[[Presigned], Awaitable[T]]) -> T:
    """Run something with a token of its own."""

    async def opened() -> T:
        async with aiohttp.ClientSession() as session:
            return await work(Presigned(settings, session))

    return asyncio.run(opened())


def refused(call: Awaitable[Any]) -> Awaitable[None]:
    async def asked() -> None:
        with pytest.raises(ServerError) as error:
            await call
        assert error.value.status == 401

    return asked()


def test_the_servers_token_lists_rooms_alone(settings: Settings, room: str) -> None:
    async def work(presigned: Presigned) -> None:
        service = presigned.server().room
        listed = await service.list_rooms(ListRoomsRequest(names=[room]))
        assert [one.name for one in listed.rooms] == [room]
        await refused(service.list_participants(ListParticipantsRequest(room=room)))

    with_token(settings, work)


def test_a_rooms_token_is_for_that_room_alone(
    settings: Settings, make_room: Callable[..., str]
) -> None:
    room, other = make_room(), make_room()

    async def work(presigned: Presigned) -> None:
        service = presigned.room(room).room
        await service.list_participants(ListParticipantsRequest(room=room))
        await refused(service.list_participants(ListParticipantsRequest(room=other)))
        await refused(service.list_rooms(ListRoomsRequest()))

    with_token(settings, work)


def test_an_empty_name_is_no_other_ones_token(settings: Settings) -> None:
    async def work(presigned: Presigned) -> None:
        assert presigned.room("") is not presigned.server()
        service = presigned.room("").room
        listed = await service.list_participants(ListParticipantsRequest(room=""))
        assert list(listed.participants) == []

    with_token(settings, work)


def test_a_token_serves_for_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(presigned: Presigned) -> None:
        first, room = presigned.server(), presigned.room("lobby")
        assert (presigned.server(), presigned.room("lobby")) == (first, room)
        monkeypatch.setattr(module, "RENEWED", 0.0)
        assert presigned.server() is not first
        assert presigned.room("lobby") is not room

    with_token(settings, work)


def test_few_are_kept(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", 3)

    async def work(presigned: Presigned) -> None:
        for number in range(20):
            presigned.room(f"room-{number}")
            assert len(presigned._signed) <= 3

    with_token(settings, work)
