"""The test of uploads leaves nothing, also if it arrives late, and goes to no other backend."""

import secrets
from pathlib import Path

from app.config.settings import Settings, load_settings
from app.services.conversations.keeping import TEST_JOB
from app.services.conversations.states import Batch, UploadTest
from app.services.conversations.uploads.testing import send
from app.services.webhooks.sending import Target
from app.store.schema import CONVERSATION_BATCHES, CONVERSATIONS
from tests.services.conversations.queued import fares
from tests.support.collector import Collector
from tests.support.kept import Kept, folder_url, kept_in
from tests.support.uploads import Spoken


def settings() -> Settings:
    """Return the settings of a dashboard that signs its test."""
    return load_settings(
        _env_file=None,
        livekit_url="ws://127.0.0.1:9",
        livekit_api_key="APItests",
        livekit_api_secret=secrets.token_hex(32),
        admin_password=secrets.token_hex(16),
        session_secret=secrets.token_hex(32),
    )


def test_what_arrives_after_the_test_is_not_kept(
    database: str, tmp_path: Path, collector: Collector
) -> None:
    async def work(kept: Kept) -> None:
        tested = await send(settings(), kept.uploads, Target(f"{collector.url}/v1/traces"))
        assert tested.result is UploadTest.ELSEWHERE
        late = collector.arrived[0].message.SerializeToString()
        assert tested.job.encode() in late
        await kept.batch(Batch.TRACES, late)
        assert await kept.number(CONVERSATIONS) == 0
        assert await kept.files() == []

    kept_in(database, folder_url(tmp_path), work)


def test_a_test_is_not_forwarded(database: str, tmp_path: Path) -> None:
    async def work(kept: Kept) -> None:
        await kept.traces(Spoken(job=f"{TEST_JOB}{secrets.token_hex(6)}"))
        assert await kept.number(CONVERSATION_BATCHES) == 1
        assert (await fares(kept)).waiting == 0
        await kept.traces(Spoken())
        assert (await fares(kept)).waiting == 1

    kept_in(database, folder_url(tmp_path), work, forwards=True)
