"""The settings of a dashboard that checks webhooks."""

import pytest

from app.config.settings import Settings, load_settings
from tests.services.webhooks.deliveries import KEY, SECRET


@pytest.fixture(scope="module")
def settings() -> Settings:
    """The settings of a dashboard with this key."""
    return load_settings(
        _env_file=None,
        livekit_url="ws://127.0.0.1:1",
        livekit_api_key=KEY,
        livekit_api_secret=SECRET,
        admin_password="correct-Horse-9-battery",
        session_secret="x" * 40,
    )
