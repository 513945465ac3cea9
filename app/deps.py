"""What routes ask for by annotation. All async: FastAPI runs plain functions in a thread each."""

from typing import Annotated

from fastapi import Depends, Path
from starlette.requests import Request

from app.paths import name_in
from app.security.roles import User
from app.services.livekit import LiveKit
from app.settings import Settings


async def _livekit(request: Request) -> LiveKit:
    livekit: LiveKit = request.app.state.livekit
    return livekit


async def _polled_livekit(request: Request) -> LiveKit:
    livekit: LiveKit = request.app.state.livekit
    livekit.take_kept()
    return livekit


async def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


async def _user(request: Request) -> User:
    user: User = request.state.user
    return user


async def room_named(room: Annotated[str, Path(max_length=20_000)]) -> str:
    """Give the room's name behind its path segment."""
    return name_in(room)


async def identity_named(identity: Annotated[str, Path(max_length=20_000)]) -> str:
    """Give the participant's identity behind its path segment."""
    return name_in(identity)


LiveKitDep = Annotated[LiveKit, Depends(_livekit)]
# For pages that refresh: what they read may be as old as CACHE_SECONDS, and they say how old.
PolledLiveKitDep = Annotated[LiveKit, Depends(_polled_livekit)]
SettingsDep = Annotated[Settings, Depends(_settings)]
UserDep = Annotated[User, Depends(_user)]
RoomName = Annotated[str, Depends(room_named)]
Identity = Annotated[str, Depends(identity_named)]
