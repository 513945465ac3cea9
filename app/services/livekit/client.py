"""The only way to LiveKit: time limits, shared calls for equal reads, translated errors."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import TypeVar

import aiohttp
from google.protobuf.message import DecodeError, Message
from livekit.api import ListRoomsRequest, ListRoomsResponse, LiveKitAPI, ServerError

from app.config.settings import Settings
from app.errors import BadAnswer, DashboardError, LiveKitError, TimedOut, Unavailable
from app.services.livekit.answers import UNCOMPRESSED, only_twirp
from app.services.livekit.cache.answers import Answers, Question, TimedAnswer
from app.services.livekit.errors import OUTCOME_UNKNOWN, broken_connection, is_lost, translate
from app.services.livekit.plain import PlainAnswer, get_plain
from app.services.livekit.presigned import Presigned
from app.services.livekit.scope import Call, CallScope, call_name, call_scope, current_scope
from app.services.livekit.seen import PLAIN, ServerSeen, server_seen

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer")
Read = TypeVar("Read", bound=Message)
# writes that ended before it, whether the cache may answer, and the question
Flight = tuple[int, bool, str, bytes]


class LiveKit:
    """The LiveKit server of this dashboard; one for the process, opened by the lifespan."""

    def __init__(self, settings: Settings, answers: Answers | None = None) -> None:
        self._settings = settings
        self._answers = answers
        self._flights: dict[Flight, asyncio.Task[TimedAnswer]] = {}
        self._writes = 0
        self._last_seen: ServerSeen | None = None

    async def __aenter__(self) -> "LiveKit":
        """Open the HTTP session; LiveKitAPI must be created while an event loop runs."""
        self._session = aiohttp.ClientSession(
            headers=UNCOMPRESSED,
            auto_decompress=False,
            middlewares=(only_twirp,),
            connector=aiohttp.TCPConnector(limit=0),
        )
        self.api = LiveKitAPI(
            self._settings.livekit_url,
            self._settings.livekit_api_key,
            self._settings.livekit_api_secret.get_secret_value(),
            session=self._session,
            failover=False,  # automatic retries would repeat writes and hide outages
        )
        self._presigned = Presigned(self._settings, self._session)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        """Close the session that __aenter__ opened."""
        for flight in self._flights.values():
            flight.cancel()
        await self._session.close()

    async def read(self, call: Callable[[Request], Awaitable[Read]], request: Request) -> Read:
        """Return LiveKit's answer; equal questions in flight share one call.

        A read never joins a call that began before a write of this process ended, so that the
        writer sees the result; other processes don't know of the write. Answers are cached only
        for scopes that are `cached`, for CACHE_SECONDS. Raises a LiveKitError.
        """
        name = call_name(call)
        question = name, request.SerializeToString(deterministic=True)
        scope = self._scope()
        answers = self._answers if scope.cached else None
        key = (self._writes, answers is not None, *question)
        flight = self._flights.get(key)
        recorded = Call(name, shared=flight is not None)
        if flight is None:
            flight = asyncio.create_task(self._fly(question, answers, lambda: call(request)))
            self._flights[key] = flight
            flight.add_done_callback(lambda landed: self._land(key, landed))
        timed = await self._recorded(scope, recorded, asyncio.shield(flight))
        if timed.age is not None:
            recorded.seconds, recorded.age, recorded.shared = timed.took, timed.age, True
        answer: Read = timed.answer
        return answer

    async def list_rooms(self, *names: str) -> ListRoomsResponse:
        """Return all open rooms, or those of `names`. Raises a LiveKitError."""
        call = self._presigned.server().room.list_rooms
        return await self.read(call, ListRoomsRequest(names=names))

    def reads_of(self, room: str) -> LiveKitAPI:
        """Return the SDK for reads of one room; they go through `read` as all others."""
        return self._presigned.room(room)

    def scope(
        self, seconds: float = 0, *, cached: bool = False, apart: bool = False
    ) -> AbstractContextManager[CallScope]:
        """Open a scope for calls, with a time limit of `seconds`, by default LIVEKIT_TIMEOUT.

        A job opens one, a bulk action one per step, a stream one per tick.
        """
        return call_scope(seconds or self._settings.livekit_timeout, cached=cached, apart=apart)

    def allow_cached(self) -> None:
        """Allow answers of the last CACHE_SECONDS in the current scope."""
        self._scope().cached = True

    async def write(
        self,
        call: Callable[[Request], Awaitable[Answer]],
        request: Request,
        seconds: float = 0,
    ) -> Answer:
        """Change something in LiveKit; never shared, never repeated. Raises a LiveKitError.

        `seconds` replaces the time limit for calls that take longer, such as a phone call.
        """
        scope = CallScope(seconds, outer=current_scope()) if seconds else self._scope()
        name = call_name(call)
        try:
            answer = self._answer(name, call(request), seconds)
            return await self._recorded(scope, Call(name), answer)
        except LiveKitError as error:
            if is_lost(error):
                error.outcome_unknown = True
                error.advice = f"{OUTCOME_UNKNOWN} {error.advice}"
            raise
        finally:
            self._writes += 1
            if self._answers:
                await self._answers.drop()

    async def probe(self) -> ServerSeen:
        """Make the cheapest call, and return what it shows about the server."""
        scope = current_scope()
        if scope is None:
            with self.scope():
                return await self.probe()
        with suppress(DashboardError):  # the scope records it, and the page shows it
            await self.list_rooms("-")
        return server_seen(self._settings.livekit_host, scope)

    async def plain(self, path: str = "/", token: str = "") -> PlainAnswer:
        """GET an endpoint that responds in plain text, with `token`; `GET /` needs none.

        Rejections are answers too. Raises a LiveKitError if there is no response.
        """
        answer = get_plain(self._session, f"{self._settings.livekit_url}{path}", token)
        return await self._recorded(
            self._scope(), Call(PLAIN[path]), self._answer(PLAIN[path], answer)
        )

    def seen(self) -> ServerSeen | None:
        """Return what the calls of the current scope show about the server, or its last status.

        Any answer of LiveKit's own, even a rejection, shows that it is reachable. None if no call
        was made since the process started.
        """
        scope = current_scope()
        return (
            server_seen(self._settings.livekit_host, scope)
            if scope and scope.calls
            else self._last_seen
        )

    def _scope(self) -> CallScope:
        return current_scope() or CallScope(self._settings.livekit_timeout)

    def _land(self, key: Flight, landed: asyncio.Task[TimedAnswer]) -> None:
        self._flights.pop(key, None)
        if not landed.cancelled():
            landed.exception()  # marks it as retrieved if nobody waits for it any more

    async def _recorded(self, scope: CallScope, call: Call, answer: Awaitable[Answer]) -> Answer:
        """Wait until the scope's deadline at most, and record the call in it."""
        began = time.monotonic()
        deadline = scope.starts(began)
        scope.add(call)
        try:
            async with asyncio.timeout(deadline - began):
                answered = await answer
            call.succeeded = True
            return answered
        except TimeoutError:
            call.error = self._timed_out(call.name, scope.seconds)
            raise call.error from None
        except DashboardError as error:
            call.error = error
            raise
        finally:
            call.seconds = time.monotonic() - began
            if call.succeeded or call.error:
                self._last_seen = server_seen(self._settings.livekit_host, scope)

    async def _fly(
        self,
        question: Question,
        answers: Answers | None,
        ask: Callable[[], Awaitable[Message]],
    ) -> TimedAnswer:
        """Return the cached answer; without one, call LiveKit and cache the answer."""
        cached, epoch = await answers.find(question) if answers else (None, None)
        if cached:
            return cached
        began = time.monotonic()
        answer = await self._answer(question[0], ask())
        took = time.monotonic() - began
        if answers and epoch is not None:
            await answers.keep(question, epoch, answer, took)
        return TimedAnswer(answer, took)

    async def _answer(self, name: str, answer: Awaitable[Answer], seconds: float = 0) -> Answer:
        limit = seconds or self._settings.livekit_timeout
        try:
            async with asyncio.timeout(limit):
                return await answer
        except TimeoutError:
            raise self._timed_out(name, limit) from None
        except ServerError as error:
            raise translate(name, error) from error
        except DecodeError as error:
            raise BadAnswer(f"{name}: the answer is not a LiveKit message.") from error
        except aiohttp.ClientError as error:
            raise broken_connection(self._settings.livekit_host, error) from error
        except OSError as error:
            raise Unavailable(f"{self._settings.livekit_host}: {error}") from error

    def _timed_out(self, name: str, seconds: float) -> TimedOut:
        return TimedOut(
            f"{self._settings.livekit_host} gave no answer to {name} within {seconds:g} s."
        )
