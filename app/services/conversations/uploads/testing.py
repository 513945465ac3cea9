"""A test of the way that uploads take: a batch of one span, signed and sent as an agent does.

What it left is deleted again, so that no list has it, and what arrives later is discarded.
"""

import gzip
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import jwt
from sqlalchemy import delete, select

from app.config.settings import Settings
from app.services.conversations.deleting.deleting import remember
from app.services.conversations.keeping import TEST_JOB, Uploads
from app.services.conversations.states import UploadTest
from app.services.conversations.uploads.media import PROTOBUF
from app.services.webhooks.sending import Target, judged, post
from app.services.webhooks.signing_keys import DEFAULT_SERVER
from app.store.schema import CONVERSATION_BATCHES, CONVERSATIONS
from app.text.paths import OBSERVABILITY

TRACES = f"{OBSERVABILITY}/traces/otlp/v0"
LIFE = 300  # seconds
DISABLED = "data recording is disabled"


@dataclass(frozen=True, slots=True)
class Tested:
    """A test that was sent: its job, where to, and what was answered in which time."""

    job: str
    url: str
    result: UploadTest
    took: timedelta
    status: int | None
    detail: str


async def send(settings: Settings, uploads: Uploads, target: Target) -> Tested:
    """Send a test, look whether it arrived in the store, and delete it from there.

    Raises StoreError, StorageError.
    """
    job = TEST_JOB + secrets.token_hex(6)
    headers = {
        "Authorization": f"Bearer {_token(settings)}",
        "Content-Type": PROTOBUF,
        "Content-Encoding": "gzip",
    }
    answer = await post(target, _batch(job), headers)
    delivery, detail = judged(answer)
    result = UploadTest(str(delivery))
    if result is UploadTest.REFUSED and DISABLED in answer.start.lower():
        result = UploadTest.SWITCHED_OFF
    arrived = await _forget(uploads, job)
    if result is UploadTest.RECEIVED and not arrived:
        result = UploadTest.ELSEWHERE
    return Tested(job, target.url, result, answer.took, answer.status, detail)


def _token(settings: Settings) -> str:
    now = int(time.time())
    claims = {"iss": settings.livekit_api_key, "nbf": now, "exp": now + LIFE}
    claims |= {"observability": {"write": True}}
    return jwt.encode(claims, settings.livekit_api_secret.get_secret_value(), algorithm="HS256")


def _batch(job: str) -> bytes:
    # some megabytes that only uploads need
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest()
    traces = request.resource_spans.add()
    traces.resource.attributes.add(key="job_id").value.string_value = job
    traces.resource.attributes.add(key="lk.agent_name").value.string_value = "dashboard test"
    now = time.time_ns()
    traces.scope_spans.add().spans.add(
        trace_id=secrets.token_bytes(16),
        span_id=secrets.token_bytes(8),
        name="dashboard_test",
        start_time_unix_nano=now,
        end_time_unix_nano=now,
    )
    return gzip.compress(request.SerializeToString())


async def _forget(uploads: Uploads, job: str) -> bool:
    """Delete what arrived, now or later, and return whether anything had."""
    rows, batches = CONVERSATIONS.c, CONVERSATION_BATCHES.c
    mine = (rows.server == DEFAULT_SERVER, rows.job == job)
    paths = select(batches.path).where(batches.server == DEFAULT_SERVER, batches.job == job)
    store, now = uploads.store, datetime.now(UTC)
    async with store.write() as connection:
        await connection.run_sync(remember, store.dialect, DEFAULT_SERVER, job, now)
        files = list((await connection.execute(paths)).scalars())
        deleted = (await connection.execute(delete(CONVERSATIONS).where(*mine))).rowcount
    await uploads.storage.delete(files)
    return bool(deleted)
