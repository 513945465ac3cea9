"""The settings of history; they have no effect without DATABASE_URL."""

from pydantic import Field
from pydantic_settings import BaseSettings


class HistorySettings(BaseSettings):
    """How many days each kind of history is kept."""

    retention_events: int = Field(30, ge=1, le=36_500)
    retention_sessions: int = Field(400, ge=1, le=36_500)
    retention_calls: int = Field(400, ge=1, le=36_500)
    retention_conversations: int = Field(30, ge=1, le=36_500)
    retention_recordings: int = Field(30, ge=1, le=36_500)
    retention_egress_recordings: int = Field(0, ge=0, le=36_500)  # 0 keeps them
