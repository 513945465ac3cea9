"""The one way to LiveKit: time limits, one flight for equal reads, errors translated."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, suppress
from types import TracebackType
from typing import TypeVar

import aiohttp
from google.protobuf.message import DecodeError, Message
from livekit.api import ListRoomsRequest, LiveKitAPI, ServerError

from app.config.settings import Settings
from app.errors import BadAnswer, DashboardError, LiveKitError, TimedOut, Unavailable
from app.services.livekit.answers import ASKED, only_twirp
from app.services.livekit.cache.answers import Answers, Question, Told
from app.services.livekit.errors import OUTCOME_UNKNOWN, broken_connection, is_lost, translate
from app.services.livekit.plain import PlainAnswer, get_plain
from app.services.livekit.scope import Call, CallScope, call_name, call_scope, current_scope
from app.services.livekit.seen import PLAIN, ServerSeen, server_seen

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer")
Read = TypeVar("Read", bound=Message)
# how many writes ended before it, whether it takes what is kept, and its question
Flight = tuple[int, bool, str, bytes]


class LiveKit:
    """The LiveKit server of this dashboard; one for the process, opened by the lifespan."""

    def __init__(self, settings: Settings, answers: Answers | None = None) -> None:
        self._settings = settings
        self._answers = answers
        self._flights: dict[Flight, asyncio.Task[Told]] = {}
        self._writes = 0
        self._last_seen: ServerSeen | None = None

    async def __aenter__(self) -> "LiveKit":
        """Open the HTTP session; LiveKitAPI must be made where a loop runs."""
        self._session = aiohttp.ClientSession(
            headers=ASKED,
            auto_decompress=False,
            middlewares=(only_twirp,),
            connector=aiohttp.TCPConnector(limit=0),
        )
        self.api = LiveKitAPI(
            self._settings.livekit_url,
            self._settings.livekit_api_key,
            self._settings.livekit_api_secret.get_secret_value(),
            session=self._session,
            failover=False,  # a retry behind our back would repeat writes and hide outages
        )
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
        """Ask LiveKit; equal questions in flight share one call.

        A read joins no flight that began before a write of this process ended, so that the
        writer sees what it did; that holds for this process, not for others. Nothing is kept once
        the flight lands, but for CACHE_SECONDS for scopes that are `cached`. Raises a LiveKitError.
        """
        name = call_name(call)
        question = name, request.SerializeToString(deterministic=True)
        scope = self._scope()
        answers = self._answers if scope.cached else None
        key = (self._writes, answers is not None, *question)
        flight = self._flights.get(key)
        noted = Call(name, shared=flight is not None)
        if flight is None:
            flight = asyncio.create_task(self._fly(question, answers, lambda: call(request)))
            self._flights[key] = flight
            flight.add_done_callback(lambda landed: self._land(key, landed))
        told = await self._noted(scope, noted, asyncio.shield(flight))
        if told.age is not None:
            noted.seconds, noted.age, noted.shared = told.took, told.age, True
        answer: Read = told.answer
        return answer

    def scope(
        self, seconds: float = 0, *, cached: bool = False, apart: bool = False
    ) -> AbstractContextManager[CallScope]:
        """Open a scope for calls, of `seconds` or else of the time limit LIVEKIT_TIMEOUT.

        A job opens one, a bulk action one for each step, a stream one for each tick.
        """
        return call_scope(seconds or self._settings.livekit_timeout, cached=cached, apart=apart)

    def allow_cached(self) -> None:
        """Let answers of the last CACHE_SECONDS do for the current scope."""
        self._scope().cached = True

    async def write(
        self,
        call: Callable[[Request], Awaitable[Answer]],
        request: Request,
        seconds: float = 0,
    ) -> Answer:
        """Tell LiveKit to change something; never shared, never repeated. Raises a LiveKitError.

        It has `seconds`, where somebody knowingly waits for more than the time limit: a phone.
        """
        scope = CallScope(seconds, outer=current_scope()) if seconds else self._scope()
        name = call_name(call)
        try:
            answer = self._answer(name, call(request), seconds)
            return await self._noted(scope, Call(name), answer)
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
        """Ask the cheapest question there is, and return what that says of the server."""
        scope = current_scope()
        if scope is None:
            with self.scope():
                return await self.probe()
        with suppress(DashboardError):  # the scope has it, and the page shows it
            await self.read(self.api.room.list_rooms, ListRoomsRequest(names=["-"]))
        return server_seen(self._settings.livekit_host, scope)

    async def plain(self, path: str = "/", token: str = "") -> PlainAnswer:
        """GET what LiveKit answers in plain text, `token` in the header; `GET /` takes none.

        Refusals are answers too. Raises a LiveKitError where none comes.
        """
        answer = get_plain(self._session, f"{self._settings.livekit_url}{path}", token)
        return await self._noted(
            self._scope(), Call(PLAIN[path]), self._answer(PLAIN[path], answer)
        )

    def seen(self) -> ServerSeen | None:
        """Return what the calls of the current scope say of the server; without any, the last seen.

        Any answer of LiveKit's own, be it a refusal of one part, shows that it is there. None if
        nothing was asked since the process began.
        """
        scope = current_scope()
        return (
            server_seen(self._settings.livekit_host, scope)
            if scope and scope.calls
            else self._last_seen
        )

    def _scope(self) -> CallScope:
        return current_scope() or CallScope(self._settings.livekit_timeout)

    def _land(self, key: Flight, landed: asyncio.Task[Told]) -> None:
        self._flights.pop(key, None)
        if not landed.cancelled():
            landed.exception()  # marks it as seen when everybody who waited has left

    async def _noted(self, scope: CallScope, call: Call, answer: Awaitable[Answer]) -> Answer:
        """Wait until the scope's deadline at most, and note the call in it."""
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
    ) -> Told:
        """Return what is kept of it; else ask, and keep that."""
        told, epoch = await answers.find(question) if answers else (None, None)
        if told:
            return told
        began = time.monotonic()
        answer = await self._answer(question[0], ask())
        took = time.monotonic() - began
        if answers and epoch is not None:
            await answers.keep(question, epoch, answer, took)
        return Told(answer, took)

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
