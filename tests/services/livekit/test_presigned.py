"""The token of ListRooms: it grants nothing else, and it is signed once a minute."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import pytest
from livekit.api import ListParticipantsRequest, ListRoomsRequest, ServerError

from app.config.settings import Settings
from app.services.livekit import presigned
from app.services.livekit.presigned import RoomListAPI

T = TypeVar("T")


def with_token(settings: Settings, work: Callable[[RoomListAPI], Awaitable[T]]) -> T:
    """Run something with a token of its own."""

    async def opened() -> T:
        async with aiohttp.ClientSession() as session:
            return await work(RoomListAPI(settings, session))

    return asyncio.run(opened())


def test_it_lists_rooms_and_nothing_else(settings: Settings, room: str) -> None:
    async def work(tokens: RoomListAPI) -> None:
        service = tokens.get().room
        listed = await service.list_rooms(ListRoomsRequest(names=[room]))
        assert [one.name for one in listed.rooms] == [room]
        with pytest.raises(ServerError) as refused:
            await service.list_participants(ListParticipantsRequest(room=room))
        assert refused.value.status == 401

    with_token(settings, work)


def test_one_token_serves_for_a_minute(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(tokens: RoomListAPI) -> None:
        first = tokens.get()
        assert tokens.get() is first
        monkeypatch.setattr(presigned, "RENEWED", 0.0)
        assert tokens.get() is not first

    with_token(settings, work)
