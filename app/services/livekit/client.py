"""The one way to LiveKit: time limits, one flight for equal reads, errors translated."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
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
from app.services.livekit.ledger import Call, ledger
from app.services.livekit.plain import PlainAnswer, get_plain

Request = TypeVar("Request", bound=Message)
Answer = TypeVar("Answer")
Read = TypeVar("Read", bound=Message)
# how many writes ended before it, whether it takes what is kept, and its question
Flight = tuple[int, bool, str, bytes]
PLAIN = {"/": "Health", "/rtc/validate": "Validate"}  # what plain addresses are called here


@dataclass(frozen=True, slots=True)
class ServerSeen:
    """The server as one request found it; `latency_ms` is how long `call` took.

    `age` is how many seconds old the oldest answer is; 0 where all are of this moment.
    """

    host: str
    reachable: bool
    latency_ms: float
    call: str
    reason: str
    age: float


class LiveKit:
    """The LiveKit server of this dashboard; one for the process, opened by the lifespan."""

    def __init__(self, settings: Settings, answers: Answers | None = None) -> None:
        self._settings = settings
        self._answers = answers
        self._flights: dict[Flight, asyncio.Task[Told]] = {}
        self._writes = 0

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

    async def read(
        self, name: str, call: Callable[[Request], Awaitable[Read]], request: Request
    ) -> Read:
        """Ask LiveKit; equal questions in flight share one call.

        A read joins no flight that began before a write of this process ended, so that whoever
        wrote sees what it did. Nothing is kept once the flight lands, but for CACHE_SECONDS for
        requests that `take_kept`. Raises a LiveKitError.
        """
        question = name, request.SerializeToString(deterministic=True)
        answers = self._answers if ledger().takes_kept else None
        key = (self._writes, answers is not None, *question)
        flight = self._flights.get(key)
        noted = Call(name, shared=flight is not None)
        if flight is None:
            flight = asyncio.create_task(self._fly(question, answers, lambda: call(request)))
            self._flights[key] = flight
            flight.add_done_callback(lambda landed: self._land(key, landed))
        told = await self._noted(noted, asyncio.shield(flight))
        if told.age is not None:
            noted.seconds, noted.age, noted.shared = told.took, told.age, True
        answer: Read = told.answer
        return answer

    def take_kept(self) -> None:
        """Let answers of the last CACHE_SECONDS do for the current request."""
        ledger().takes_kept = True

    async def write(
        self,
        name: str,
        call: Callable[[Request], Awaitable[Answer]],
        request: Request,
        seconds: float = 0,
    ) -> Answer:
        """Tell LiveKit to change something; never shared, never repeated. Raises a LiveKitError.

        It has `seconds`, where somebody knowingly waits for more than the time limit: a phone.
        """
        if seconds:
            self.renew_deadline(seconds)
        try:
            answer = self._answer(name, call(request), seconds)
            return await self._noted(Call(name), answer)
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
        """Ask the cheapest question there is, and give what that says of the server."""
        with suppress(DashboardError):  # the ledger has it, and the page shows it
            await self.read("ListRooms", self.api.room.list_rooms, ListRoomsRequest(names=["-"]))
        return self._seen(ledger().calls)

    async def plain(self, path: str = "/", token: str = "") -> PlainAnswer:
        """GET what LiveKit answers in plain text, `token` in the header; `GET /` takes none.

        Refusals are answers too. Raises a LiveKitError where none comes.
        """
        answer = get_plain(self._session, f"{self._settings.livekit_url}{path}", token)
        return await self._noted(Call(PLAIN[path]), self._answer(PLAIN[path], answer))

    def seen(self) -> ServerSeen | None:
        """Give what the current request's calls say of the server; None before the first call.

        Any answer of LiveKit's own, be it a refusal of one part, shows that it is there.
        """
        calls = ledger().calls
        return self._seen(calls) if calls else None

    def _seen(self, calls: Sequence[Call]) -> ServerSeen:
        # others answer a GET too
        own = [call for call in calls if call.name not in PLAIN.values()] or calls
        own = [call for call in own if call.age is None] or own
        told = [call for call in own if call.answered] or [call for call in own if call.error]
        call = (told or own)[0]
        return ServerSeen(
            host=self._settings.livekit_host,
            reachable=call.answered,
            latency_ms=call.seconds * 1000,
            call=call.name,
            reason=call.error.reason if call.error and not call.answered else "",
            age=ledger().age,
        )

    def renew_deadline(self, seconds: float = 0) -> None:
        """Give the current request `seconds`, or a full time limit, again; for one step of many."""
        own = ledger()
        own.seconds = seconds or self._settings.livekit_timeout
        own.deadline = time.monotonic() + own.seconds

    def _land(self, key: Flight, landed: asyncio.Task[Told]) -> None:
        self._flights.pop(key, None)
        if not landed.cancelled():
            landed.exception()  # marks it as seen when everybody who waited has left

    async def _noted(self, call: Call, answer: Awaitable[Answer]) -> Answer:
        """Wait until the request's deadline at most, and note the call in its ledger."""
        own = ledger()
        began = time.monotonic()
        if own.deadline is None:
            own.deadline = began + own.seconds
        own.calls.append(call)
        try:
            async with asyncio.timeout(own.deadline - began):
                answered = await answer
            call.succeeded = True
            return answered
        except TimeoutError:
            call.error = self._timed_out(call.name)
            raise call.error from None
        except DashboardError as error:
            call.error = error
            raise
        finally:
            call.seconds = time.monotonic() - began

    async def _fly(
        self,
        question: Question,
        answers: Answers | None,
        ask: Callable[[], Awaitable[Message]],
    ) -> Told:
        """Give what is kept of it; else ask, and keep that."""
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
        try:
            async with asyncio.timeout(seconds or self._settings.livekit_timeout):
                return await answer
        except TimeoutError:
            raise self._timed_out(name) from None
        except ServerError as error:
            raise translate(name, error) from error
        except DecodeError as error:
            raise BadAnswer(f"{name}: the answer is not a LiveKit message.") from error
        except aiohttp.ClientError as error:
            raise broken_connection(self._settings.livekit_host, error) from error
        except OSError as error:
            raise Unavailable(f"{self._settings.livekit_host}: {error}") from error

    def _timed_out(self, name: str) -> TimedOut:
        return TimedOut(
            f"{self._settings.livekit_host} gave no answer to {name} within "
            f"{ledger().seconds:g} s."
        )
