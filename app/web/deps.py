"""Dependencies of routes. All are async, because FastAPI runs other functions in threads."""

from typing import Annotated, Any

from fastapi import Depends, Path
from starlette.requests import Request

from app.config.settings import Settings
from app.security.audit import AuditEntry
from app.security.roles import User
from app.services.agents.workers.watching import Watch
from app.services.livekit.client import LiveKit
from app.text.paths import name_in
from app.web.context import RequestContext


async def _livekit(request: Request) -> LiveKit:
    return RequestContext(request).livekit


async def _polled_livekit(request: Request) -> LiveKit:
    livekit = RequestContext(request).livekit
    livekit.allow_cached()
    return livekit


async def _settings(request: Request) -> Settings:
    return RequestContext(request).settings


async def _store(request: Request) -> Any:
    return RequestContext(request).store


async def _watch(request: Request) -> Watch | None:
    watch: Watch | None = request.app.state.agent_workers
    return watch


async def _user(request: Request) -> User:
    return RequestContext(request).user


async def _audit(request: Request) -> AuditEntry:
    return RequestContext(request).audit


def _named(part: str, longest: int = 1000) -> Any:
    """Depend on the name or ID in the path segment `part`, of at most `longest` characters."""

    async def name(segment: Annotated[str, Path(alias=part, max_length=longest)]) -> str:
        return name_in(segment)

    return Depends(name)


LiveKitDep = Annotated[LiveKit, Depends(_livekit)]
StoreDep = Annotated[Any, Depends(_store)]
# For pages that refresh: their data may be up to CACHE_SECONDS old, and they show its age.
PolledLiveKitDep = Annotated[LiveKit, Depends(_polled_livekit)]
SettingsDep = Annotated[Settings, Depends(_settings)]
# The agent workers; None without AGENT_WORKERS.
WatchDep = Annotated[Watch | None, Depends(_watch)]
UserDep = Annotated[User, Depends(_user)]
AuditDep = Annotated[AuditEntry, Depends(_audit)]
RoomName = Annotated[str, _named("room", 20_000)]
Identity = Annotated[str, _named("identity", 20_000)]
BackgroundJobId = Annotated[str, _named("background_job")]
DispatchId = Annotated[str, _named("dispatch")]
RecordingId = Annotated[str, _named("recording")]
IngressId = Annotated[str, _named("ingress")]
JobId = Annotated[str, _named("job")]
RuleId = Annotated[str, _named("rule")]
TokenNumber = Annotated[int, Path(alias="token", ge=1, le=2**62)]
TrunkId = Annotated[str, _named("trunk")]
