"""What agents uploaded of a conversation, as a zip of files that tools of OpenTelemetry read.

Each signal is one file of JSON lines, as the collector's file exporter writes and its receiver
reads: a line is an Export*ServiceRequest in OTLP's JSON (https://opentelemetry.io/docs/specs/otlp/),
which has IDs in hexadecimal and enums as numbers.
"""

import asyncio
import base64
import io
import json
import zipfile
import zlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import IO, Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import DecodeError
from sqlalchemy import select

from app.services.conversations.page.conversation import Conversation
from app.services.conversations.states import Batch
from app.services.conversations.uploads.unpacking import REQUESTS
from app.storage.errors import NotStored, StorageError
from app.storage.storage import Storage
from app.store.schema import CONVERSATION_BATCHES
from app.store.store import Store

LARGEST = 64 * 1024 * 1024  # bytes of one batch, unpacked
TOGETHER = 200  # records of one line
MOST_BATCHES = 20_000
NAMES = {
    Batch.TRACES: "traces.jsonl",
    Batch.LOGS: "logs.jsonl",
    Batch.METRICS: "metrics.jsonl",
    Batch.CHAT: "history.jsonl",
}
LISTS = {  # the nested lists of a request: resources, scopes, records
    Batch.TRACES: ("resource_spans", "scope_spans", "spans"),
    Batch.LOGS: ("resource_logs", "scope_logs", "log_records"),
    Batch.METRICS: ("resource_metrics", "scope_metrics", "metrics"),
}
IDS = frozenset({"traceId", "spanId", "parentSpanId"})


@dataclass(frozen=True, slots=True)
class Kept:
    """A batch as it is kept."""

    kind: Batch
    path: str


async def batches(store: Store, conversation: Conversation) -> list[Kept]:
    """Return the batches of a conversation, by signal, oldest first. Raises StoreError."""
    rows = CONVERSATION_BATCHES.c
    query = select(rows.kind, rows.path).where(
        rows.server == conversation.server, rows.job == conversation.job
    )
    query = query.order_by(rows.kind, rows.received_at, rows.batch).limit(MOST_BATCHES)
    async with store.read() as connection:
        return [Kept(Batch(row.kind), row.path) for row in await connection.execute(query)]


async def as_zip(storage: Storage, kept: list[Kept]) -> AsyncIterator[bytes]:
    """Yield a zip with a file for each signal.

    Batches that can't be read are named in `missing.txt`. Raises StorageError if the storage fails
    before any was read.
    """
    sink = _Sink()
    missing: list[str] = []
    is_begun = False
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, name in NAMES.items():
            own = [each for each in kept if each.kind is kind]
            if not own:
                continue
            with archive.open(name, "w", force_zip64=True) as file:
                for each in own:
                    try:
                        lines = _lines(kind, await storage.get(each.path))
                        while await asyncio.to_thread(_write, lines, file):
                            yield sink.taken()
                        is_begun = True
                    except StorageError as error:
                        if not is_begun and not isinstance(error, NotStored):
                            raise
                        missing.append(f"{each.path}: {error.reason}")
                    except (zlib.error, DecodeError):
                        missing.append(f"{each.path}: it can't be read")
        if missing:
            archive.writestr("missing.txt", "\n".join(missing) + "\n")
    yield sink.taken()


class _Sink(io.RawIOBase):
    """Collects what is written until it is taken; a zip that isn't seekable."""

    def __init__(self) -> None:
        self._written = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        taken = bytes(self._written)
        self._written.clear()
        return taken


def _write(lines: Iterator[bytes], file: IO[bytes]) -> bool:
    """Write the next line; return False after the last one."""
    line = next(lines, None)
    if line is not None:
        file.write(line)
    return line is not None


def _lines(kind: Batch, raw: bytes) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    content = unpacker.decompress(raw, LARGEST)
    if kind is Batch.CHAT:
        yield content + b"\n"  # JSON in one line
        return
    request = REQUESTS[kind]()
    request.ParseFromString(content)
    for part in _parts(kind, request):
        plain = _hexadecimal(MessageToDict(part, use_integers_for_enums=True))
        yield json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _parts(kind: Batch, request: Any) -> Iterator[Any]:
    """Yield requests with at most TOGETHER records each, which together are the whole one."""
    resources, scopes, records = LISTS[kind]
    for resource in getattr(request, resources):
        for scope in getattr(resource, scopes):
            found = getattr(scope, records)
            for start in range(0, len(found), TOGETHER):
                part = type(request)()
                own = getattr(part, resources).add()
                own.resource.CopyFrom(resource.resource)
                own.schema_url = resource.schema_url
                mine = getattr(own, scopes).add()
                mine.scope.CopyFrom(scope.scope)
                mine.schema_url = scope.schema_url
                getattr(mine, records).extend(found[start : start + TOGETHER])
                yield part


def _hexadecimal(found: Any) -> Any:
    if isinstance(found, list):
        return [_hexadecimal(each) for each in found]
    if isinstance(found, dict):
        return {
            key: (
                base64.b64decode(value).hex()
                if key in IDS and isinstance(value, str)
                else _hexadecimal(value)
            )
            for key, value in found.items()
        }
    return found
