"""What a span or a line of a log says besides its row: read from its raw batch in the storage."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.trace.v1 import trace_pb2
from sqlalchemy import select

from app.services.conversations import attributes
from app.services.conversations.reading.logs import line_of
from app.services.conversations.spans.values import Value, written
from app.services.conversations.states import Batch
from app.services.conversations.uploads.errors import UnreadableUpload, UploadTooLarge
from app.services.conversations.uploads.media import PROTOBUF
from app.services.conversations.uploads.unpacking import (
    LARGEST_BATCH,
    Request,
    parsed,
    records,
    unpacked,
)
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.storage.errors import NotStored, StorageError
from app.storage.storage import Storage
from app.store.schema import CONVERSATION_BATCHES
from app.store.store import Store

T = TypeVar("T")

THREADED = 64 * 1024  # bytes: reading more takes too long for the loop
MOST_EVENTS = 100
STATUS = {
    trace_pb2.Status.STATUS_CODE_UNSET: "",
    trace_pb2.Status.STATUS_CODE_OK: "ok",
    trace_pb2.Status.STATUS_CODE_ERROR: "error",
}
BATCHES = CONVERSATION_BATCHES.c


@dataclass(frozen=True, slots=True)
class SpanEvent:
    """An event of a span."""

    name: str
    at: datetime | None
    attributes: Mapping[str, Any]
    hidden: int

    @property
    def values(self) -> Sequence[Value]:
        """Its attributes as a page shows them."""
        return written(self.attributes)


@dataclass(frozen=True, slots=True)
class Details:
    """What a span says of itself; `hidden` counts attributes that the reader may not see.

    `status` is empty unless it is set, else `ok` or `error`. `more` counts events that are left
    out.
    """

    attributes: Mapping[str, Any]
    hidden: int = 0
    status: str = ""
    message: str = ""
    events: Sequence[SpanEvent] = ()
    more: int = 0

    @property
    def values(self) -> Sequence[Value]:
        """Its attributes as a page shows them."""
        return written(self.attributes)


class Reader:
    """Reads batches of one conversation, for somebody who may see personal content, or not."""

    def __init__(self, store: Store, storage: Storage, job: str, *, personal: bool) -> None:
        self._store = store
        self._storage = storage
        self._job = job
        self._personal = personal

    async def spans(self, batch: str, spans: Collection[str]) -> dict[str, Details]:
        """Return what spans of a batch say, by their IDs; what isn't in it is left out.

        Raises StorageError, StoreError.
        """
        wanted = frozenset(spans)
        content = await self._content(batch)
        return await _run(len(content), lambda: self._spans(content, wanted))

    async def line(self, batch: str, line: str) -> Details | None:
        """Return what a line of a log says; None if it isn't in the batch. Raises as `spans`."""
        content = await self._content(batch)
        return await _run(len(content), lambda: self._line(content, line))

    async def _content(self, batch: str) -> bytes:
        query = select(BATCHES.path).where(
            BATCHES.server == DEFAULT_SERVER, BATCHES.job == self._job, BATCHES.batch == batch
        )
        async with self._store.read() as connection:
            path = (await connection.execute(query)).scalar()
        if not path:
            raise NotStored
        return await self._storage.get(path, LARGEST_BATCH + 1024)

    def _spans(self, content: bytes, wanted: Collection[str]) -> dict[str, Details]:
        found = {}
        for span in records(_parsed(Batch.TRACES, content)):
            identifier = span.span_id.hex()[:16]
            if identifier in wanted and identifier not in found:
                found[identifier] = self._span(span)
        return found

    def _span(self, span: trace_pb2.Span) -> Details:
        own, hidden = self._shown(span.attributes)
        message = span.status.message  # what an exception says
        if message and not self._personal:
            message, hidden = "", hidden + 1
        events = []
        for event in span.events[:MOST_EVENTS]:
            values, kept_back = self._shown(event.attributes)
            at = attributes.moment(event.time_unix_nano)
            events.append(SpanEvent(event.name, at, values, kept_back))
        status = STATUS.get(span.status.code, str(span.status.code))
        return Details(own, hidden, status, message, events, len(span.events) - len(events))

    def _line(self, content: bytes, line: str) -> Details | None:
        request = cast(ExportLogsServiceRequest, _parsed(Batch.LOGS, content))
        for resource in request.resource_logs:
            for scope in resource.scope_logs:
                for record in scope.log_records:
                    found = attributes.plain(record.attributes)
                    if line_of(record, found, scope.scope.name) == line:
                        own, hidden = self._shown(record.attributes)
                        return Details(own, hidden)
        return None

    def _shown(self, found: Iterable[Any]) -> tuple[dict[str, Any], int]:
        """Return the attributes that the reader may see, and how many others there are."""
        own = attributes.plain(found)
        if self._personal:
            return own, 0
        shown = {name: each for name, each in own.items() if not attributes.is_personal(name)}
        return shown, len(own) - len(shown)


def _parsed(kind: Batch, content: bytes) -> Request:
    try:
        return parsed(kind, unpacked(content, "gzip"), PROTOBUF)
    except (UnreadableUpload, UploadTooLarge):
        raise StorageError("The file in the storage isn't what was stored there.") from None


async def _run(size: int, read: Callable[[], T]) -> T:
    return await asyncio.to_thread(read) if size > THREADED else read()
