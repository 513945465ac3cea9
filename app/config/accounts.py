"""The settings of accounts; they have no effect without DATABASE_URL."""

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, Field
from pydantic_settings import BaseSettings, NoDecode

from app.config import checks


class AccountSettings(BaseSettings):
    """How long people stay signed in, and who may sign in without an account."""

    emergency_admin: bool = True
    session_idle_minutes: int = Field(1440, ge=5, le=20_160)
    session_hours: int = Field(168, ge=1, le=336)  # no longer than the cookie is good
    require_second_factor: Annotated[tuple[str, ...], NoDecode, BeforeValidator(checks.parts)] = ()
    api_requests_per_minute: int = Field(600, ge=1, le=1_000_000)

    @property
    def session_idle(self) -> timedelta:
        """How long a session lasts without a request."""
        return timedelta(minutes=self.session_idle_minutes)

    @property
    def session_lifetime(self) -> timedelta:
        """How long a session lasts in all."""
        return timedelta(hours=self.session_hours)
